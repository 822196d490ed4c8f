package cn.quanji.recorder.practice

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.PracticeRecords
import cn.quanji.recorder.core.Preferences
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class PracticePresenter(
    private val preferences: Preferences,
    private val practised: PracticeRecords,
    private val nowMs: () -> Long,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
    private val goTo: (Route) -> Unit,
) {
    private val states = MutableStateFlow(PracticeState(preferences.choices.value.isPractice, Forgetting.NotAsked))
    val state: StateFlow<PracticeState> = states.asStateFlow()
    private var downAtMs: Long? = null

    init {
        scope.launch { preferences.choices.collect { choices -> states.update { it.copy(isOn = choices.isPractice) } } }
    }

    fun onEvent(event: PracticeEvent) {
        when (event) {
            PracticeEvent.Begin -> choose(isPractice = true)
            PracticeEvent.End -> choose(isPractice = false)
            PracticeEvent.ForgetDown -> downAtMs = nowMs()
            PracticeEvent.ForgetUp -> {
                val since = downAtMs
                downAtMs = null
                if (since != null && nowMs() - since >= HOLD_MS) forget()
            }
            PracticeEvent.ForgetOnPurpose -> forget()
        }
    }

    private fun choose(isPractice: Boolean) {
        preferences.choose(preferences.choices.value.copy(isPractice = isPractice))
        goTo(Route.Home)
    }

    private fun forget() {
        if (states.value.forgetting == Forgetting.Running) return
        become(Forgetting.Running)
        scope.launch(worker) {
            become(
                when (val forgotten = practised.forget()) {
                    is Answer.Of -> Forgetting.Done
                    is Answer.Not -> Forgetting.NotDone(forgotten.trouble)
                }
            )
        }
    }

    private fun become(forgetting: Forgetting) = states.update { it.copy(forgetting = forgetting) }

    private companion object {
        /** As long as the bar fills. */
        const val HOLD_MS = 2_000
    }
}
