package cn.quanji.recorder.about

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Core
import cn.quanji.recorder.core.CoreState
import cn.quanji.recorder.core.Issuance
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class AboutPresenter(
    private val core: Core,
    private val issuance: Issuance,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
    appVersion: String,
    isCoreUntried: Boolean,
    private val goTo: (Route) -> Unit,
) {
    private val states = MutableStateFlow(AboutState(appVersion, CoreState.Loading, isCoreUntried, issued = null))
    val state: StateFlow<AboutState> = states.asStateFlow()

    fun onEvent(event: AboutEvent) {
        when (event) {
            AboutEvent.Opened -> scope.launch(worker) {
                val loaded = core.load()
                states.update { it.copy(core = loaded) }
                val issued = (issuance.issued() as? Answer.Of)?.value
                states.update { it.copy(issued = issued) }
            }
            AboutEvent.Licences -> goTo(Route.Licences)
        }
    }
}
