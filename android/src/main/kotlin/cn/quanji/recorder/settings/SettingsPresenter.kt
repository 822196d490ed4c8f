package cn.quanji.recorder.settings

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Preferences
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class SettingsPresenter(
    private val preferences: Preferences,
    private val background: BackgroundWork,
    scope: CoroutineScope,
    private val goTo: (Route) -> Unit,
) {
    private val states = MutableStateFlow(SettingsState(preferences.choices.value, background.mayBePutToSleep()))
    val state: StateFlow<SettingsState> = states.asStateFlow()

    init {
        scope.launch { preferences.choices.collect { chosen -> states.update { it.copy(choices = chosen) } } }
    }

    fun onEvent(event: SettingsEvent) {
        when (event) {
            // The officer may come back from Android's own page.
            SettingsEvent.Looked -> states.update { it.copy(mayBePutToSleep = background.mayBePutToSleep()) }
            is SettingsEvent.Choose -> preferences.choose(event.choices)
            SettingsEvent.StayAwake -> background.openItsSettings()
            SettingsEvent.Enrolment -> goTo(Route.Enrolment)
            SettingsEvent.Practice -> goTo(Route.Practice)
            SettingsEvent.About -> goTo(Route.About)
        }
    }
}
