package cn.quanji.recorder

import android.app.Activity
import android.os.Bundle
import cn.quanji.recorder.about.AboutEvent
import cn.quanji.recorder.about.AboutPresenter
import cn.quanji.recorder.about.AboutView
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch

/** The one page there is yet. */
class MainActivity : Activity() {
    private lateinit var scope: CoroutineScope

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        val graph = (application as HasAppGraph).graph
        scope = CoroutineScope(SupervisorJob() + graph.mainThread)
        val presenter = AboutPresenter(graph.core, graph.worker, scope, graph.appVersion, graph.isCoreUntried)
        val view = layoutInflater.inflate(R.layout.about, null) as AboutView
        setContentView(view)
        scope.launch { presenter.state.collect(view::show) }
        presenter.onEvent(AboutEvent.Opened)
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }
}
