package cn.quanji.recorder.statement

import cn.quanji.recorder.core.Draft
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.core.Writing

/** What a page is opened for. */
sealed interface Subject {
    data class OfRecord(val record: String, val about: Writing) : Subject

    /** What the agency drafted, by its name. */
    data class Drafted(val draft: String) : Subject
}

/** The one page with a keyboard; it comes when the camera has stopped. */
data class StatementState(
    val about: Writing,
    val text: String,
    val certificate: String,
    /** What the agency drafted; null: nothing. It stays a draft until its author signs here. */
    val draft: Draft?,
    /** Nothing was recorded: what is signed stands alone. */
    val isAlone: Boolean,
    val step: Step,
    /** The draft whose words stood in the field, by its name, which is that of one edition. Only then does what is signed name it. */
    val readDraft: String? = null,
) {
    val isDraftRead: Boolean
        get() = readDraft != null

    /** Whether there is something to sign. */
    val isWritten: Boolean
        get() = text.isNotBlank() && (about != Writing.Officers || certificate.isNotBlank())

    /** Whether something that only its author knows is still to be filled in. It holds up nothing. */
    val hasBlanks: Boolean
        get() = BLANK in text

    /** Whether the text is no longer the agency's, word for word. */
    val isChanged: Boolean
        get() = draft != null && text != draft.text

    private companion object {
        /** As the template has it. */
        const val BLANK = "（请填写）"
    }
}

sealed interface Step {
    data object Writing : Step

    data object Signing : Step

    data class NotSigned(val trouble: Trouble) : Step

    /** The draft is there no more: signed, or taken back by the agency. */
    data object DraftGone : Step
}

sealed interface StatementEvent {
    /** The page came to the front, or time passed. */
    data object Opened : StatementEvent

    data class Typed(val text: String) : StatementEvent

    data class CertificateTyped(val certificate: String) : StatementEvent

    /** A page that comes back remembers whose words stood in its field. */
    data class DraftWasRead(val draft: String) : StatementEvent

    /** Back to the agency's words. */
    data object DraftAgain : StatementEvent

    data object Sign : StatementEvent
}
