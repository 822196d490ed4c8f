package cn.quanji.recorder.about

import cn.quanji.recorder.core.CoreState
import cn.quanji.recorder.core.Issued

/** What the page says of the app. */
data class AboutState(
    val appVersion: String,
    val core: CoreState,
    /** Whether the packed core has never run on a phone, which the page says. */
    val isCoreUntried: Boolean,
    /** What the agency has issued and this phone goes by; null while the vault is closed. */
    val issued: Issued?,
)

sealed interface AboutEvent {
    data object Opened : AboutEvent

    /** Whose work is in the app. */
    data object Licences : AboutEvent
}
