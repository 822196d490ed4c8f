package cn.quanji.recorder.recording

import cn.quanji.recorder.CheckOfPhone
import cn.quanji.recorder.core.CheckDone
import cn.quanji.recorder.core.CheckNote
import cn.quanji.recorder.core.Delivers
import cn.quanji.recorder.core.Heat
import cn.quanji.recorder.core.Located
import cn.quanji.recorder.core.Permitted
import cn.quanji.recorder.core.ShiftCheck
import cn.quanji.recorder.core.Step
import cn.quanji.recorder.core.Warmth
import cn.quanji.recorder.testing.SimulatedPhone
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

/** The check before duty with the real core, the real session, and camera and microphone that give real encoded units. */
class BeforeDutyTest {
    private val phone = SimulatedPhone()
    private var kept = 0
    private var done: CheckDone? = null

    @After
    fun close() = phone.close()

    @Test
    fun `within two seconds everything is measured and camera and microphone have really delivered`() {
        begin()
        phone.pass(1.7)
        assertNull("pictures and sound are counted for longer than a second", done)
        phone.pass(0.2)
        val check = checked()
        assertEquals(listOf(80, false), listOf(check.batteryPercent, check.isCharging))
        assertEquals(listOf(Delivers.Delivering, Delivers.Delivering), listOf(check.camera, check.microphone))
        assertEquals(listOf(Located.Fix, Warmth.Normal, false), listOf(check.located, check.warmth, check.savesBattery))
        assertTrue(check.secondsLeft!! > 3_600)
        assertEquals("nothing was heard of an agency", listOf(CheckNote.ClockUnchecked), check.notes)
        assertEquals(listOf(20, false), listOf(check.thresholds.batteryPercent, check.thresholds.isBatteryAgencys))
        assertEquals(1, kept)
        assertEquals(check, source().today())
    }

    @Test
    fun `a camera that gives no picture and a microphone that is flat are found out, and what is not permitted is named`() {
        phone.picture.isDumb = true
        phone.sound.isFlat = true
        phone.signals.located = Located.None
        phone.signals.placeIsOn = false
        phone.signals.conditions = phone.signals.conditions.copy(heat = Heat.Severe)
        phone.signals.permitted = Permitted(camera = false, microphone = true, notifications = false, background = true)
        begin()
        phone.pass(1.9)
        val expected = listOf(
            CheckNote.CameraNotDelivering, CheckNote.MicrophoneNotDelivering, CheckNote.ClockUnchecked, CheckNote.NoLocation, CheckNote.Hot, CheckNote.CameraDenied, CheckNote.NotificationsDenied,
        )
        assertEquals(expected, checked().notes)
    }

    @Test
    fun `a place that could be asked for is not missed before anybody asks`() {
        phone.signals.located = Located.None
        begin()
        phone.pass(1.9)
        assertNull(checked().located)
        assertFalse(CheckNote.NoLocation in checked().notes)
    }

    @Test
    fun `a recording that starts in the middle of a check has camera and microphone at once, and the check is none`() {
        begin()
        phone.pass(0.8)
        phone.session.onEvent(RecordingEvent.Start(takeUp = null))
        phone.lane.catchUp()
        assertEquals(CheckDone.Recording, done)
        phone.pass(3.0)
        assertEquals(Arriving.Both, phone.running.arriving)
        assertNull(source().today())
        assertEquals(0, kept)
    }

    @Test
    fun `while a record runs nothing is tried and nothing of it is disturbed`() {
        phone.session.onEvent(RecordingEvent.Start(takeUp = null))
        phone.lane.catchUp()
        phone.pass(3.0)
        val starts = phone.sound.starts
        begin()
        phone.pass(3.0)
        assertEquals(CheckDone.Recording, done)
        assertEquals(starts, phone.sound.starts)
        assertEquals(Arriving.Both, phone.running.arriving)
    }

    @Test
    fun `a page that is left gives camera and microphone back at once`() {
        val job = begin()
        phone.pass(0.5)
        job.cancel()
        phone.lane.catchUp()
        phone.pass(3.0)
        assertNull(done)
        assertNull("nothing was kept", source().today())
        begin()
        phone.pass(1.9)
        assertEquals(Delivers.Delivering, checked().camera)
    }

    @Test
    fun `of a recording of the day only what changed since the check is shown, also in another process`() {
        phone.signals.savesBattery = true
        begin()
        phone.pass(1.9)
        assertEquals(listOf(CheckNote.ClockUnchecked, CheckNote.BatterySaver), checked().notes)
        phone.killed()
        phone.signals.located = Located.None
        phone.session.onEvent(RecordingEvent.Start(takeUp = null))
        phone.lane.catchUp()
        phone.pass(2.0)
        assertEquals(listOf(CheckNote.NoLocation), phone.running.notes)
    }

    private fun begin(): Job = CoroutineScope(Dispatchers.Unconfined).launch { done = source().measure() }.also { phone.lane.catchUp() }

    private fun source() = CheckOfPhone(phone.recorder, phone.signals, phone.session, { phone.recorder.wanted(Step.FullHd, isHevc = false) }) { kept += 1 }

    private fun checked(): ShiftCheck = (done as CheckDone.Of).check
}
