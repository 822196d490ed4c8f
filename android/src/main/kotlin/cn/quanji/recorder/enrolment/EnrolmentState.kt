package cn.quanji.recorder.enrolment

import cn.quanji.recorder.core.EnrolmentFault
import cn.quanji.recorder.core.Invitation
import cn.quanji.recorder.core.InvitationFault
import cn.quanji.recorder.core.Trust

/** From a code to an agency that is known. */
sealed interface EnrolmentState {
    /** [text] is what Android restored before anything was known. */
    data class Reading(val text: String) : EnrolmentState

    data class Entering(val text: String, val fault: InvitationFault?) : EnrolmentState

    /** Nothing was sent yet: the officer compares the fingerprint with the paper. */
    data class Comparing(val invitation: Invitation) : EnrolmentState

    data class Enrolling(val invitation: Invitation) : EnrolmentState

    data class NotEnrolled(val invitation: Invitation, val fault: EnrolmentFault) : EnrolmentState

    data class Enrolled(val trust: Trust) : EnrolmentState
}

sealed interface EnrolmentEvent {
    data object Looked : EnrolmentEvent

    data class Typed(val text: String) : EnrolmentEvent

    data object Read : EnrolmentEvent

    data object Enrol : EnrolmentEvent

    data object Again : EnrolmentEvent

    data object Done : EnrolmentEvent
}
