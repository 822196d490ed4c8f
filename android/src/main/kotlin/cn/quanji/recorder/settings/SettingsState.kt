package cn.quanji.recorder.settings

import cn.quanji.recorder.core.Choices

data class SettingsState(
    val choices: Choices,
    /** Whether the system may put the app to sleep in the background: uploads then wait. */
    val mayBePutToSleep: Boolean,
)

sealed interface SettingsEvent {
    data object Looked : SettingsEvent

    data class Choose(val choices: Choices) : SettingsEvent

    data object StayAwake : SettingsEvent

    data object Enrolment : SettingsEvent

    data object Practice : SettingsEvent

    data object About : SettingsEvent
}
