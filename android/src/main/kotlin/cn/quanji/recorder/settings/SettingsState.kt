package cn.quanji.recorder.settings

import cn.quanji.recorder.core.AgencyQuality
import cn.quanji.recorder.core.Choices

data class SettingsState(
    val choices: Choices,
    /** What of them the agency decides: shown, and not to be changed here. */
    val agency: AgencyQuality,
    /** Whether the system may put the app to sleep in the background: uploads then wait. */
    val mayBePutToSleep: Boolean,
    /** Whether the phone's maker has a list of its own for that. */
    val hasMakersList: Boolean,
)

sealed interface SettingsEvent {
    data object Looked : SettingsEvent

    data class Choose(val choices: Choices) : SettingsEvent

    data object StayAwake : SettingsEvent

    data object MakersList : SettingsEvent

    data object Enrolment : SettingsEvent

    data object Practice : SettingsEvent

    data object About : SettingsEvent
}
