package cn.quanji.recorder.enrolment

import cn.quanji.recorder.core.Enrolled
import cn.quanji.recorder.core.EnrolmentFault
import cn.quanji.recorder.core.InvitationFault
import cn.quanji.recorder.core.Invited
import cn.quanji.recorder.testing.FakeEnrolment
import cn.quanji.recorder.testing.Samples
import cn.quanji.recorder.testing.WhenTold
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Test

class EnrolmentPresenterTest {
    private val enrolment = FakeEnrolment().apply {
        invited["good"] = Invited.Valid(Samples.invitation)
        invited["bad"] = Invited.Not(InvitationFault.Length)
    }
    private val worker = WhenTold()
    private val presenter = EnrolmentPresenter(enrolment, worker, CoroutineScope(Dispatchers.Unconfined)) {}

    @Test
    fun `nothing is sent before the officer has compared the fingerprint`() {
        enter("good")
        // The fake has no answer prepared: an attempt to enrol would throw.
        assertEquals(EnrolmentState.Comparing(Samples.invitation), presenter.state.value)
    }

    @Test
    fun `a code that is none is said and stays to be mended`() {
        enter("bad")
        assertEquals(EnrolmentState.Entering("bad", InvitationFault.Length), presenter.state.value)
        presenter.onEvent(EnrolmentEvent.Typed("bad1"))
        assertEquals(EnrolmentState.Entering("bad1", fault = null), presenter.state.value)
    }

    @Test
    fun `after a failure the same code can be tried again`() {
        enrolment.enrolled += Enrolled.Not(EnrolmentFault.Unreachable)
        enrolment.enrolled += Enrolled.With(Samples.trust)
        enter("good")
        presenter.onEvent(EnrolmentEvent.Enrol)
        worker.run()
        assertEquals(EnrolmentState.NotEnrolled(Samples.invitation, EnrolmentFault.Unreachable), presenter.state.value)
        presenter.onEvent(EnrolmentEvent.Enrol)
        worker.run()
        assertEquals(EnrolmentState.Enrolled(Samples.trust), presenter.state.value)
    }

    @Test
    fun `two presses enrol once`() {
        enrolment.enrolled += Enrolled.With(Samples.trust)
        enrolment.enrolled += Enrolled.Not(EnrolmentFault.CodeUsed)
        enter("good")
        presenter.onEvent(EnrolmentEvent.Enrol)
        presenter.onEvent(EnrolmentEvent.Enrol)
        worker.run()
        assertEquals(EnrolmentState.Enrolled(Samples.trust), presenter.state.value)
        assertEquals(1, enrolment.enrolled.size)
    }

    @Test
    fun `a phone that is enrolled says with whom`() {
        enrolment.trust = Samples.trust
        presenter.onEvent(EnrolmentEvent.Looked)
        worker.run()
        assertEquals(EnrolmentState.Enrolled(Samples.trust), presenter.state.value)
    }

    @Test
    fun `what Android restored is not wiped by the first look`() {
        presenter.onEvent(EnrolmentEvent.Looked)
        presenter.onEvent(EnrolmentEvent.Typed("go"))
        worker.run()
        assertEquals(EnrolmentState.Entering("go", fault = null), presenter.state.value)
    }

    private fun enter(text: String) {
        presenter.onEvent(EnrolmentEvent.Looked)
        worker.run()
        presenter.onEvent(EnrolmentEvent.Typed(text))
        presenter.onEvent(EnrolmentEvent.Read)
        worker.run()
    }
}
