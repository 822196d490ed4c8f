package cn.quanji.recorder.enrolment

import cn.quanji.recorder.core.EnrolmentFault
import cn.quanji.recorder.core.Invitation
import cn.quanji.recorder.core.InvitationFault
import cn.quanji.recorder.core.Trust

/** From a code to an agency that is known. */
sealed interface EnrolmentState {
    /** [typed] is what Android restored before anything was known. */
    data class Reading(val typed: Typed) : EnrolmentState

    /** A code is to be scanned, pasted, or typed with its address. */
    data class Entering(val typed: Typed, val fault: InvitationFault?) : EnrolmentState

    /** Nothing was sent yet: the officer compares the fingerprint with the paper. */
    data class Comparing(val invitation: Invitation) : EnrolmentState

    data class Enrolling(val invitation: Invitation) : EnrolmentState

    data class NotEnrolled(val invitation: Invitation, val fault: EnrolmentFault) : EnrolmentState

    data class Enrolled(val trust: Trust) : EnrolmentState
}

/** What a person typed so far. */
data class Typed(val address: String, val code: String) {
    val isWhole: Boolean
        get() = address.isNotBlank() && code.isNotBlank()

    /** Never the secret: this may end in a log. */
    override fun toString(): String = "Typed"

    companion object {
        val NOTHING = Typed(address = "", code = "")
    }
}

sealed interface EnrolmentEvent {
    data object Looked : EnrolmentEvent

    data object Scan : EnrolmentEvent

    data class AddressTyped(val address: String) : EnrolmentEvent

    data class CodeTyped(val code: String) : EnrolmentEvent {
        /** Never the secret: this may end in a log. */
        override fun toString(): String = "CodeTyped"
    }

    /** The whole text of a code. */
    data class Pasted(val text: String) : EnrolmentEvent {
        /** Never the secret: this may end in a log. */
        override fun toString(): String = "Pasted"
    }

    /** What was typed is read. */
    data object Read : EnrolmentEvent

    data object Enrol : EnrolmentEvent

    data object Again : EnrolmentEvent

    data object Done : EnrolmentEvent
}
