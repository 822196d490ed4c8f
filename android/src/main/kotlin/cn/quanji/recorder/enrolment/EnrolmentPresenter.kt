package cn.quanji.recorder.enrolment

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Enrolled
import cn.quanji.recorder.core.Enrolment
import cn.quanji.recorder.core.Invitation
import cn.quanji.recorder.core.Invited
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class EnrolmentPresenter(
    private val enrolment: Enrolment,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
    private val goTo: (Route) -> Unit,
) {
    private val states = MutableStateFlow<EnrolmentState>(EnrolmentState.Reading(text = ""))
    val state: StateFlow<EnrolmentState> = states.asStateFlow()

    fun onEvent(event: EnrolmentEvent) {
        val now = states.value
        when (event) {
            EnrolmentEvent.Looked -> if (now is EnrolmentState.Reading) scope.launch(worker) { look() }
            is EnrolmentEvent.Typed -> typed(event.text)
            EnrolmentEvent.Read -> if (now is EnrolmentState.Entering) scope.launch(worker) { read(now.text) }
            EnrolmentEvent.Enrol -> invitationOf(now)?.let(::enrol)
            EnrolmentEvent.Again -> states.value = EnrolmentState.Entering(text = "", fault = null)
            EnrolmentEvent.Done -> goTo(Route.Home)
        }
    }

    private fun look() {
        val trust = enrolment.trust()
        states.update { before ->
            if (before !is EnrolmentState.Reading) before
            else trust?.let(EnrolmentState::Enrolled) ?: EnrolmentState.Entering(before.text, fault = null)
        }
    }

    private fun typed(text: String) {
        states.update { before ->
            when (before) {
                is EnrolmentState.Reading -> EnrolmentState.Reading(text)
                // What is shown is no new text: the fault stays in sight until something is changed.
                is EnrolmentState.Entering -> if (before.text == text) before else EnrolmentState.Entering(text, fault = null)
                is EnrolmentState.Comparing, is EnrolmentState.Enrolling, is EnrolmentState.NotEnrolled, is EnrolmentState.Enrolled -> before
            }
        }
    }

    private fun read(text: String) {
        states.value = when (val invited = enrolment.invitation(text)) {
            is Invited.Valid -> EnrolmentState.Comparing(invited.invitation)
            is Invited.Not -> EnrolmentState.Entering(text, invited.fault)
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
