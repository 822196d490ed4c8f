package cn.quanji.recorder.enrolment

import cn.quanji.recorder.Route
import cn.quanji.recorder.capture.FinderSays
import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.core.Enrolled
import cn.quanji.recorder.core.EnrolmentFault
import cn.quanji.recorder.core.InvitationFault
import cn.quanji.recorder.core.Invited
import cn.quanji.recorder.core.ScannedInvitation
import cn.quanji.recorder.core.WrittenInvitation
import cn.quanji.recorder.testing.FakeEnrolment
import cn.quanji.recorder.testing.Samples
import cn.quanji.recorder.testing.WhenTold
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Test

class EnrolmentPresenterTest {
    private val enrolment = FakeEnrolment().apply {
        invited[WrittenInvitation.Typed("https://agency.example", "good")] = Invited.Valid(Samples.invitation)
        invited[WrittenInvitation.Typed("https://agency.example", "bad")] = Invited.Not(InvitationFault.Length)
        invited[WrittenInvitation.Text("quanji:enrol?good")] = Invited.Valid(Samples.invitation)
        invited[WrittenInvitation.Text("poem")] = Invited.Not(InvitationFault.Form)
    }
    private val scanned = ScannedInvitation()
    private val went = ArrayList<Route>()
    private val worker = WhenTold()
    private val presenter = EnrolmentPresenter(enrolment, scanned, worker, CoroutineScope(Dispatchers.Unconfined), went::add)

    @Test
    fun `nothing is sent before the officer has compared the fingerprint`() {
        enter("good")
        // The fake has no answer prepared: an attempt to enrol would throw.
        assertEquals(EnrolmentState.Comparing(Samples.invitation), presenter.state.value)
    }

    @Test
    fun `a code that is none is said and stays to be mended`() {
        enter("bad")
        assertEquals(EnrolmentState.Entering(typed("bad"), InvitationFault.Length), presenter.state.value)
        presenter.onEvent(EnrolmentEvent.CodeTyped("bad1"))
        assertEquals(EnrolmentState.Entering(typed("bad1"), fault = null), presenter.state.value)
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
        presenter.onEvent(EnrolmentEvent.AddressTyped("https://agency.example"))
        presenter.onEvent(EnrolmentEvent.CodeTyped("go"))
        worker.run()
        assertEquals(EnrolmentState.Entering(typed("go"), fault = null), presenter.state.value)
    }

    @Test
    fun `what was scanned is compared as soon as one is back from the camera`() {
        presenter.onEvent(EnrolmentEvent.Scan)
        assertEquals(listOf<Route>(Route.Scan(CodeWanted.Invitation)), went)
        scanned.bring(Samples.invitation)
        presenter.onEvent(EnrolmentEvent.Looked)
        worker.run()
        assertEquals(EnrolmentState.Comparing(Samples.invitation), presenter.state.value)
        assertNull("it is taken once", scanned.take())
    }

    @Test
    fun `a whole text is pasted and read at once`() {
        presenter.onEvent(EnrolmentEvent.Looked)
        worker.run()
        presenter.onEvent(EnrolmentEvent.Pasted("poem"))
        worker.run()
        assertEquals(EnrolmentState.Entering(Typed.NOTHING, InvitationFault.Form), presenter.state.value)
        presenter.onEvent(EnrolmentEvent.Pasted("quanji:enrol?good"))
        worker.run()
        assertEquals(EnrolmentState.Comparing(Samples.invitation), presenter.state.value)
    }

    @Test
    fun `no state and no event tells a secret to a log`() {
        val secret = "0123456789ABCDEFGHJKMNPQRSTVWX"
        val told = listOf(
            EnrolmentEvent.CodeTyped(secret), EnrolmentEvent.Pasted(secret), EnrolmentState.Entering(typed(secret), fault = null),
            WrittenInvitation.Text(secret), WrittenInvitation.Typed("https://agency.example", secret), FinderSays.Read(secret),
        )
        for (one in told) assertFalse(one.javaClass.simpleName, secret in one.toString())
    }

    private fun typed(code: String) = Typed("https://agency.example", code)

    private fun enter(code: String) {
        presenter.onEvent(EnrolmentEvent.Looked)
        worker.run()
        presenter.onEvent(EnrolmentEvent.AddressTyped("https://agency.example"))
        presenter.onEvent(EnrolmentEvent.CodeTyped(code))
        presenter.onEvent(EnrolmentEvent.Read)
        worker.run()
    }
}
