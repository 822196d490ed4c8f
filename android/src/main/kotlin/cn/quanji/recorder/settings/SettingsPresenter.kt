package cn.quanji.recorder.settings

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.AgencyQuality
import cn.quanji.recorder.core.Issuance
import cn.quanji.recorder.core.Preferences
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class SettingsPresenter(
    private val preferences: Preferences,
    private val background: BackgroundWork,
    private val issuance: Issuance,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
    private val goTo: (Route) -> Unit,
) {
    private val states = MutableStateFlow(SettingsState(preferences.choices.value, AgencyQuality(best = null, isHevc = null), background.mayBePutToSleep(), background.hasMakersList))
    val state: StateFlow<SettingsState> = states.asStateFlow()

    init {
        scope.launch { preferences.choices.collect { chosen -> states.update { it.copy(choices = chosen) } } }
    }

    fun onEvent(event: SettingsEvent) {
        when (event) {
            // The officer may come back from Android's own page.
            SettingsEvent.Looked -> {
                states.update { it.copy(mayBePutToSleep = background.mayBePutToSleep()) }
                scope.launch(worker) {
                    val agency = issuance.quality()
                    states.update { it.copy(agency = agency) }
                }
            }
            is SettingsEvent.Choose -> preferences.choose(event.choices)
            SettingsEvent.StayAwake -> background.openItsSettings()
            SettingsEvent.MakersList -> background.openMakersList()
            SettingsEvent.Enrolment -> goTo(Route.Enrolment)
            SettingsEvent.Practice -> goTo(Route.Practice)
            SettingsEvent.About -> goTo(Route.About)
        }
    }
}
