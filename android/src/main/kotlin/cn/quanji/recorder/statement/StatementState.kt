package cn.quanji.recorder.statement

import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.core.Writing

/** The one page with a keyboard; it comes when the camera has stopped. */
data class StatementState(val about: Writing, val text: String, val certificate: String, val step: Step) {
    /** Whether there is something to sign. */
    val isWritten: Boolean
        get() = text.isNotBlank() && (about != Writing.Officers || certificate.isNotBlank())
}

sealed interface Step {
    data object Writing : Step

    data object Signing : Step

    data class NotSigned(val trouble: Trouble) : Step
}

sealed interface StatementEvent {
    data class Typed(val text: String) : StatementEvent

    data class CertificateTyped(val certificate: String) : StatementEvent

    data object Sign : StatementEvent
}
