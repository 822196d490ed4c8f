package cn.quanji.recorder.shiftcheck

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.CheckDone
import cn.quanji.recorder.core.CheckNote
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.testing.FakeHandOver
import cn.quanji.recorder.testing.FakeShiftChecks
import cn.quanji.recorder.testing.Samples
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

class ShiftCheckPresenterTest {
    private val checks = FakeShiftChecks()
    private val handOver = FakeHandOver()
    private val opened = ArrayList<PhonePage>()
    private val went = ArrayList<Route>()
    private val presenter = ShiftCheckPresenter(checks, handOver, opened::add, { Samples.nowMs }, Dispatchers.Unconfined, CoroutineScope(Dispatchers.Unconfined), went::add)

    @Test
    fun `it measures by itself when the page is opened and not again with every minute that passes`() {
        presenter.onEvent(ShiftCheckEvent.Looked)
        presenter.onEvent(ShiftCheckEvent.Looked)
        assertEquals(ShiftCheckState.Measuring(earlier = null), presenter.state.value)
        checks.measured.complete(CheckDone.Of(Samples.checkedWell))
        presenter.onEvent(ShiftCheckEvent.Looked)
        assertEquals(1, checks.measures)
        assertEquals(0, shown().notes)
    }

    @Test
    fun `the day's earlier check is shown while it measures`() {
        checks.today = Samples.checkedWell
        presenter.onEvent(ShiftCheckEvent.Looked)
        assertEquals(Samples.checkedWell.atMs, (presenter.state.value as ShiftCheckState.Measuring).earlier!!.atMs)
    }

    @Test
    fun `each line says its value, its threshold, whose rule that is, and what helps`() {
        measure()
        val battery = line(CheckSubject.Battery)
        assertEquals(CheckLine(CheckSubject.Battery, CheckValue.Battery(26, isCharging = false), CheckThreshold.Percent(30, isAgencys = true), CheckNote.BatteryLow, Remedy.BatteryPage), battery)
        assertEquals(CheckThreshold.Offset(2_000, isAgencys = false), line(CheckSubject.Clock).threshold)
        assertEquals(Remedy.DatePage, line(CheckSubject.Clock).remedy)
        assertEquals("a microphone that is permitted is tried again", Remedy.Again, line(CheckSubject.Microphone).remedy)
        assertEquals(CheckValue.Permission(isGiven = false), line(CheckSubject.Notifications).value)
        assertNull("what is well needs no help", line(CheckSubject.Camera).remedy)
        assertEquals("every subject has a line", CheckSubject.entries.toSet(), shown().lines.map { it.subject }.toSet())
        assertEquals("each note stands on one line", 6, shown().notes)
    }

    @Test
    fun `every note has a line and a remedy`() {
        for (note in CheckNote.entries) {
            val lines = linesOf(Samples.checkedWell.copy(clockOffsetMs = null, notes = listOf(note)), isEnrolled = true)
            assertEquals(note.name, 1, lines.count { it.note == note && it.remedy != null })
        }
    }

    @Test
    fun `a source that is not permitted is mended on the app's page and not by trying again`() {
        val notes = listOf(CheckNote.CameraNotDelivering, CheckNote.CameraDenied)
        val lines = linesOf(Samples.checkedWell.copy(notes = notes), isEnrolled = true)
        assertEquals(Remedy.AppPage, lines.single { it.subject == CheckSubject.Camera }.remedy)
    }

    @Test
    fun `who comes back from where something was mended is measured anew`() {
        measure()
        for ((remedy, page) in listOf(Remedy.NotificationsPage to PhonePage.Notifications, Remedy.DatePage to PhonePage.Date, Remedy.BackgroundPage to PhonePage.Background)) {
            val before = checks.measures
            presenter.onEvent(ShiftCheckEvent.Help(remedy))
            assertEquals(page, opened.last())
            presenter.onEvent(ShiftCheckEvent.Looked)
            assertEquals(before + 1, checks.measures)
        }
    }

    @Test
    fun `a clock that was not compared is compared with the agency and then measured`() {
        measure()
        handOver.ends = CompletableDeferred()
        presenter.onEvent(ShiftCheckEvent.Help(Remedy.Compare))
        assertEquals(listOf(1, 1), listOf(handOver.begun, checks.measures))
        handOver.ends.complete(Unit)
        assertEquals(2, checks.measures)
    }

    @Test
    fun `a hand-over that goes on for long does not hold up the check, and goes on`() {
        val hasty = ShiftCheckPresenter(checks, handOver, opened::add, { Samples.nowMs }, Dispatchers.Unconfined, CoroutineScope(Dispatchers.Unconfined), went::add, comparesWithinMs = 50)
        checks.measured.complete(CheckDone.Of(Samples.checked))
        hasty.onEvent(ShiftCheckEvent.Looked)
        handOver.ends = CompletableDeferred()
        hasty.onEvent(ShiftCheckEvent.Help(Remedy.Compare))
        runBlocking { withTimeout(60_000) { hasty.state.first { it is ShiftCheckState.Shown } } }
        assertEquals(listOf(1, 2), listOf(handOver.begun, checks.measures))
        assertTrue(handOver.ends.isActive)
        assertEquals(0, handOver.stopped)
    }

    @Test
    fun `a phone of no agency is sent to its enrolment`() {
        handOver.link.value = AgencyLink.NotEnrolled
        checks.measured.complete(CheckDone.Of(Samples.checkedWell.copy(clockOffsetMs = null, notes = listOf(CheckNote.ClockUnchecked))))
        presenter.onEvent(ShiftCheckEvent.Looked)
        assertEquals(Remedy.Enrol, line(CheckSubject.Clock).remedy)
        presenter.onEvent(ShiftCheckEvent.Help(Remedy.Enrol))
        presenter.onEvent(ShiftCheckEvent.Help(Remedy.HandOver))
        assertEquals(listOf(Route.Enrolment, Route.Queue), went)
    }

    @Test
    fun `a record that runs is not disturbed, and a vault that does not open is said`() {
        checks.measured.complete(CheckDone.Recording)
        presenter.onEvent(ShiftCheckEvent.Looked)
        assertEquals(ShiftCheckState.Recording, presenter.state.value)
        presenter.onEvent(ShiftCheckEvent.BackToRecording)
        assertEquals(listOf<Route>(Route.Recording), went)
        checks.measured = CompletableDeferred(CheckDone.Not(Trouble.KeysGone))
        presenter.onEvent(ShiftCheckEvent.Again)
        assertTrue(presenter.state.value == ShiftCheckState.Closed(Trouble.KeysGone))
    }

    private fun measure() {
        checks.measured.complete(CheckDone.Of(Samples.checked))
        presenter.onEvent(ShiftCheckEvent.Looked)
    }

    private fun shown() = presenter.state.value as ShiftCheckState.Shown

    private fun line(subject: CheckSubject) = shown().lines.single { it.subject == subject }
}
