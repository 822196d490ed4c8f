package cn.quanji.recorder.story

import android.view.ViewGroup
import cn.quanji.core.What
import cn.quanji.recorder.R
import cn.quanji.recorder.capture.PictureSays
import cn.quanji.recorder.capture.SoundSays
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Cause
import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.RecordDetail
import cn.quanji.recorder.core.SelfCheck
import cn.quanji.recorder.core.Wish
import cn.quanji.recorder.core.asCause
import cn.quanji.recorder.recording.Arriving
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.recording.Touch
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.ParameterizedRobolectricTestRunner
import org.robolectric.ParameterizedRobolectricTestRunner.Parameters
import org.robolectric.annotation.Config

/** The process ends in each state of a recording, by itself or with the phone: what is said afterwards is true, and nothing that stood on the disk is lost. */
@RunWith(ParameterizedRobolectricTestRunner::class)
@Config(application = StoryApp::class, qualifiers = "zh-rCN")
class ProcessDeathTest(private val moment: Moment, private val isRebooted: Boolean) : Story() {
    /** How far a recording had come. */
    enum class Moment(val isRecorded: Boolean, val brokeOffBefore: List<Cause> = emptyList(), val isBrokenOffByTheEnd: Boolean = true, val reach: ProcessDeathTest.() -> Unit) {
        StartWasPressed(isRecorded = false, reach = { press(R.id.start) }),
        OpenWithoutFilm(isRecorded = true, isBrokenOffByTheEnd = false, reach = {
            press(R.id.start)
            phone.lane.catchUp()
            assertTrue(phone.session.state.value is RecordingState.Running)
        }),
        Recording(isRecorded = true, reach = { begin(seconds = 6.0) }),
        InACall(isRecorded = true, reach = {
            begin(seconds = 4.0)
            phone.sound.told(SoundSays.Silenced(true))
            pass(2.0)
            assertEquals(Arriving.PictureOnly, phone.running.arriving)
        }),
        WithoutCamera(isRecorded = true, reach = {
            begin(seconds = 4.0)
            phone.picture.told(PictureSays.CameraGone(true))
            pass(4.0)
            assertEquals(Arriving.SoundOnly, phone.running.arriving)
        }),
        Interrupted(isRecorded = true, brokeOffBefore = listOf(Cause.Encoder), isBrokenOffByTheEnd = false, reach = {
            begin(seconds = 4.0)
            phone.picture.isStalled = true
            phone.sound.isStalled = true
            pass(8.0)
            assertEquals(Arriving.Nothing, phone.running.arriving)
        }),
        StopMayBeTakenBack(isRecorded = true, reach = {
            begin(seconds = 4.0)
            phone.session.wish(Wish.Stop)
            pass(4.0)
            assertTrue(phone.running.touch is Touch.Stopping)
        }),
    }

    private var beganUs = 0L

    @Test
    fun `the next start says what is true, and the record goes on or ends`() {
        opened()
        until("the first page") { isShown(R.id.start) }
        moment.reach(this)
        val record = (phone.session.state.value as? RecordingState.Running)?.record
        val passedMs = (phone.nowUs - beganUs) / 1000
        killed(isRebooted)

        assertEquals("the page that Android kept says that nothing is recorded", said(R.string.recording_idle), text(R.id.arriving))
        press(R.id.leave)
        phone.picture.isStalled = false
        phone.sound.isStalled = false
        phone.skip(30)
        if (record == null) return nothingIsLeft()
        until("the first page offers it") { isShown(R.id.take_up) }
        assertEquals("one record was cut off", 1, view<ViewGroup>(R.id.interrupted).childCount)
        val brokeOff = causes(record)
        assertEquals(moment.brokeOffBefore + listOfNotNull(theEnd.takeIf { moment.isBrokenOffByTheEnd }), brokeOff)
        theFilmIsThere(record, passedMs)
        if (isRebooted == (moment.ordinal % 2 == 0)) isTakenUp(record, brokeOff) else isEnded(record)
        assertTrue("${check(record)}", check(record) is SelfCheck.Whole)
        app.graph.handOver.look()
        until("it waits for the agency") { app.graph.handOver.queue.value.any { it.record == record } }
    }

    private val theEnd = if (isRebooted) Cause.Reboot else Cause.ProcessKilled

    private fun nothingIsLeft() {
        until("the first page is empty") { isShown(R.id.nothing) }
        assertFalse(isShown(R.id.take_up))
        val home = (app.graph.records.home() as Answer.Of).value
        assertEquals(0, home.records.size + home.interrupted.size)
        assertEquals(RecordingState.Idle, phone.session.state.value)
        // A press that came to nothing is pressed again.
        press(R.id.start)
        pass(2.0)
        assertEquals(Arriving.Both, phone.running.arriving)
    }

    /** At most a second is missing at the end, and none is claimed that was not filmed; every byte of it is as its line says. */
    private fun theFilmIsThere(record: String, passedMs: Long) {
        val filmedMs = detail(record).filmedMs
        val most = when (moment) {
            Moment.StartWasPressed, Moment.OpenWithoutFilm -> 0L
            Moment.Interrupted -> 4_000L
            Moment.Recording, Moment.InACall, Moment.WithoutCamera, Moment.StopMayBeTakenBack -> passedMs
        }
        assertTrue("$filmedMs of $most ms", filmedMs > most - 1_000 && filmedMs <= most + if (most == 0L) 0 else PICTURE_MS)
        assertTrue("${check(record)}", check(record) is SelfCheck.Whole)
    }

    private fun isTakenUp(record: String, brokeOff: List<Cause>) {
        val before = detail(record).filmedMs
        press(R.id.take_up)
        pass(3.0)
        assertEquals(record, phone.running.record)
        assertEquals(Arriving.Both, phone.running.arriving)
        assertEquals("a stop that was asked for before is none", Touch.Locked, phone.running.touch)
        assertEquals("why it broke off is asked", brokeOff.isNotEmpty(), phone.running.reasonAskedFor != null)
        phone.session.wish(Wish.Stop)
        pass(11.0)
        assertEquals(RecordingState.Ended(record), phone.session.state.value)
        val after = detail(record).filmedMs - before
        assertTrue("$after ms more", after in 13_000L..14_200L)
        assertEquals("and breaks off no more", brokeOff, causes(record))
    }

    private fun isEnded(record: String) {
        press(R.id.end)
        until("it is one of the records") { (app.graph.records.home() as Answer.Of).value.run { interrupted.isEmpty() && records.any { it.record == record } } }
        assertTrue("why is still to be written", detail(record).owed.any { it is Owed.WrittenStatement })
    }

    private fun begin(seconds: Double) {
        press(R.id.start)
        phone.lane.catchUp()
        beganUs = phone.nowUs
        pass(seconds)
        assertEquals(Arriving.Both, phone.running.arriving)
    }

    private fun detail(record: String): RecordDetail = (app.graph.records.detail(record) as Answer.Of).value

    private fun check(record: String): SelfCheck = (app.graph.records.check(record) as Answer.Of).value

    private fun causes(record: String): List<Cause> =
        (phone.vault.open() as Answer.Of).value.recordPage(record).happenings.mapNotNull { (it.what as? What.Interrupted)?.cause?.asCause() }

    companion object {
        /** The last one lasts until the next would have come. */
        private const val PICTURE_MS = 40L

        @JvmStatic
        @Parameters(name = "{0}, rebooted: {1}")
        fun moments(): List<Array<Any>> = Moment.entries.flatMap { moment -> listOf(arrayOf(moment, false), arrayOf(moment, true)) }
    }
}
