package cn.quanji.recorder.testing

import android.app.Application
import cn.quanji.recorder.AppGraph
import cn.quanji.recorder.HasAppGraph
import cn.quanji.recorder.core.Core
import cn.quanji.recorder.core.CoreState
import cn.quanji.recorder.core.MainThread

/** The app with a core that the test prepares. What blocks runs on the main looper too: a test that idles it has seen everything. */
class TestApp : Application(), HasAppGraph {
    lateinit var coreState: CoreState
    var isCoreUntried: Boolean = true

    override val graph by lazy {
        AppGraph(
            core = object : Core { override fun load() = coreState },
            appVersion = "0.1.0",
            isCoreUntried = isCoreUntried,
            mainThread = MainThread(),
            worker = MainThread(),
        )
    }
}
