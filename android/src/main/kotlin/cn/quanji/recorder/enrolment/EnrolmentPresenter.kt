package cn.quanji.recorder.enrolment

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.core.Enrolled
import cn.quanji.recorder.core.Enrolment
import cn.quanji.recorder.core.Invitation
import cn.quanji.recorder.core.Invited
import cn.quanji.recorder.core.ScannedInvitation
import cn.quanji.recorder.core.WrittenInvitation
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class EnrolmentPresenter(
    private val enrolment: Enrolment,
    private val scanned: ScannedInvitation,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
    private val goTo: (Route) -> Unit,
) {
    private val states = MutableStateFlow<EnrolmentState>(EnrolmentState.Reading(Typed.NOTHING))
    val state: StateFlow<EnrolmentState> = states.asStateFlow()

    fun onEvent(event: EnrolmentEvent) {
        val now = states.value
        when (event) {
            EnrolmentEvent.Looked -> if (now is EnrolmentState.Reading) scope.launch(worker) { look() }
            EnrolmentEvent.Scan -> goTo(Route.Scan(CodeWanted.Invitation))
            is EnrolmentEvent.AddressTyped -> typed { it.copy(address = event.address) }
            is EnrolmentEvent.CodeTyped -> typed { it.copy(code = event.code) }
            is EnrolmentEvent.Pasted -> if (now is EnrolmentState.Entering) scope.launch(worker) { read(now.typed, WrittenInvitation.Text(event.text)) }
            EnrolmentEvent.Read -> if (now is EnrolmentState.Entering) scope.launch(worker) { read(now.typed, WrittenInvitation.Typed(now.typed.address, now.typed.code)) }
            EnrolmentEvent.Enrol -> invitationOf(now)?.let(::enrol)
            EnrolmentEvent.Again -> states.value = EnrolmentState.Entering(Typed.NOTHING, fault = null)
            EnrolmentEvent.Done -> goTo(Route.Home)
        }
    }

    private fun look() {
        val trust = enrolment.trust()
        // Scanned on purpose, a moment ago: it is compared before anything else is said.
        val invitation = scanned.take()
        states.update { before ->
            when {
                before !is EnrolmentState.Reading -> before
                invitation != null -> EnrolmentState.Comparing(invitation)
                trust != null -> EnrolmentState.Enrolled(trust)
                else -> EnrolmentState.Entering(before.typed, fault = null)
            }
        }
    }

    private fun typed(change: (Typed) -> Typed) {
        states.update { before ->
            when (before) {
                is EnrolmentState.Reading -> EnrolmentState.Reading(change(before.typed))
                // What is shown is no new text: the fault stays in sight until something is changed.
                is EnrolmentState.Entering -> change(before.typed).let { if (before.typed == it) before else EnrolmentState.Entering(it, fault = null) }
                is EnrolmentState.Comparing, is EnrolmentState.Enrolling, is EnrolmentState.NotEnrolled, is EnrolmentState.Enrolled -> before
            }
        }
    }

    private fun read(typed: Typed, written: WrittenInvitation) {
        states.value = when (val invited = enrolment.invitation(written)) {
            is Invited.Valid -> EnrolmentState.Comparing(invited.invitation)
            is Invited.Not -> EnrolmentState.Entering(typed, invited.fault)
        }
    }

    private fun enrol(invitation: Invitation) {
        states.value = EnrolmentState.Enrolling(invitation)
        scope.launch(worker) {
            states.value = when (val enrolled = enrolment.enrol(invitation)) {
                is Enrolled.With -> EnrolmentState.Enrolled(enrolled.trust)
                is Enrolled.Not -> EnrolmentState.NotEnrolled(invitation, enrolled.fault)
            }
        }
    }

    /** The invitation that a press may use; none while one is being used. */
    private fun invitationOf(state: EnrolmentState): Invitation? =
        when (state) {
            is EnrolmentState.Comparing -> state.invitation
            is EnrolmentState.NotEnrolled -> state.invitation
            is EnrolmentState.Reading, is EnrolmentState.Entering, is EnrolmentState.Enrolling, is EnrolmentState.Enrolled -> null
        }
}
