package cn.quanji.recorder.practice

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Preferences
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch

class PracticePresenter(private val preferences: Preferences, scope: CoroutineScope, private val goTo: (Route) -> Unit) {
    private val states = MutableStateFlow(PracticeState(preferences.choices.value.isPractice))
    val state: StateFlow<PracticeState> = states.asStateFlow()

    init {
        scope.launch { preferences.choices.collect { states.value = PracticeState(it.isPractice) } }
    }

    fun onEvent(event: PracticeEvent) {
        val choices = preferences.choices.value
        when (event) {
            PracticeEvent.Begin -> preferences.choose(choices.copy(isPractice = true))
            PracticeEvent.End -> preferences.choose(choices.copy(isPractice = false))
        }
        goTo(Route.Home)
    }
}
