package cn.quanji.recorder.about

import cn.quanji.recorder.core.CoreState

/** What the page says of the app. */
data class AboutState(
    val appVersion: String,
    val core: CoreState,
    /** Whether the packed core has never run on a phone, which the page says. */
    val isCoreUntried: Boolean,
)

sealed interface AboutEvent {
    data object Opened : AboutEvent
}
