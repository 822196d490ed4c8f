package cn.quanji.recorder

import android.content.ComponentName
import android.view.MotionEvent
import android.view.MotionEvent.ACTION_DOWN
import android.view.MotionEvent.ACTION_UP
import android.view.View
import android.widget.EditText
import android.widget.FrameLayout
import android.widget.TextView
import cn.quanji.recorder.capture.SoundSays
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Cause
import cn.quanji.recorder.core.Safekeeping
import cn.quanji.recorder.recording.Confirmed
import cn.quanji.recorder.recording.RecordingService
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.recording.Touch
import cn.quanji.recorder.testing.Agency
import cn.quanji.recorder.testing.StoryApp
import cn.quanji.recorder.testing.shown
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.android.controller.ServiceController
import org.robolectric.annotation.Config

/** A day of an officer's phone: the app's own activity and service, the real core, real encoded units at the codec's seam, and a real agency. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class, qualifiers = "zh-rCN")
class StoryTest {
    private val agency = Agency()
    private val app = RuntimeEnvironment.getApplication() as StoryApp
    private val phone = app.phone
    private val activity: ActivityController<MainActivity> = Robolectric.buildActivity(MainActivity::class.java).setup()

    @After
    fun close() {
        activity.close()
        phone.close()
        agency.close()
    }

    @Test
    fun `from the invitation to a receipt, and anyone judges the record`() {
        enrol()
        val record = recorded()
        handOver(record)
        val verdict = agency.judged(record)
        assertEquals(verdict.said, 0, verdict.status)
    }

    private fun enrol() {
        press(R.id.enrol)
        until("a code can be entered") { shown<EditText>(R.id.text) }.setText(agency.invitation())
        pressWhenIt(app.getString(R.string.enrolment_read))
        pressWhenIt(app.getString(R.string.enrolment_enrol))
        pressWhenIt(app.getString(R.string.last_done))
    }

    private fun recorded(): String {
        press(R.id.start)
        pass(3.0)
        val service = service()
        val record = phone.running.record
        act(service, R.id.notification_mark)
        assertEquals(Confirmed.Mark, phone.running.confirmed)
        act(service, R.id.notification_photo)
        assertEquals(Confirmed.Photo, phone.running.confirmed)
        act(service, R.id.notification_spoken)
        assertEquals(Confirmed.Spoken, phone.running.confirmed)
        // Somebody calls: the microphone is the call's for a while.
        phone.sound.told(SoundSays.Silenced(true))
        pass(6.0)
        assertEquals(Cause.PhoneCall, phone.running.loss)
        phone.sound.told(SoundSays.Silenced(false))
        pass(9.0)
        hold(R.id.unlock)
        assertEquals(Touch.Unlocked, phone.running.touch)
        hold(R.id.stop)
        assertTrue(phone.running.touch is Touch.Stopping)
        pass(11.0)
        assertEquals(RecordingState.Ended(record), phone.session.state.value)
        assertEquals("the service is let go", ComponentName(app, RecordingService::class.java), shadowOf(app).nextStoppedService?.component)
        service.destroy()
        until("the last page") { shown<View>(R.id.done) }.performClick()
        return record
    }

    private fun handOver(record: String) {
        press(R.id.queue)
        until("a receipt that this phone verified") {
            (app.graph.records.detail(record) as Answer.Of).value.summary.safekeeping as? Safekeeping.Delivered
        }
        activity.get().goTo(Route.Record(record))
        assertNotNull(until("the receipt on the record's page") { shown<TextView>(R.id.receipt)?.takeIf { it.text.isNotBlank() } })
    }

    /** The one that was asked for, as the platform makes it. */
    private fun service(): ServiceController<RecordingService> {
        val asked = shadowOf(app).nextStartedService
        assertEquals(ComponentName(app, RecordingService::class.java), asked?.component)
        return Robolectric.buildService(RecordingService::class.java, asked).create().startCommand(0, 0)
    }

    /** Presses one of the notification's acts, which the platform brings to the service. */
    private fun act(service: ServiceController<RecordingService>, id: Int) {
        val shown = shadowOf(service.get()).lastForegroundNotification
        @Suppress("DEPRECATION") // As the shade draws it.
        shown.bigContentView.apply(app, FrameLayout(app)).findViewById<View>(id).performClick()
        service.get().onStartCommand(shadowOf(app).nextStartedService, 0, 0)
        pass(0.2)
    }

    /** Held for two seconds: then another bar stands in its place. */
    private fun hold(id: Int) {
        val bar = until("a bar to hold") { shown<View>(id) }
        bar.dispatchTouchEvent(MotionEvent.obtain(0, 0, ACTION_DOWN, 1f, 1f, 0))
        pass(2.2)
        bar.dispatchTouchEvent(MotionEvent.obtain(0, 0, ACTION_UP, 1f, 1f, 0))
        pass(0.2)
    }

    private fun press(id: Int) {
        until("something to press") { shown<View>(id) }.performClick()
        idle()
    }

    private fun pressWhenIt(says: String) {
        until(says) { shown<TextView>(R.id.main)?.takeIf { it.text.toString() == says && it.isEnabled } }.performClick()
        idle()
    }

    private fun pass(seconds: Double) {
        phone.pass(seconds)
        idle()
    }

    private fun <V : View> shown(id: Int): V? = activity.get().findViewById<V>(id)?.takeIf { it.visibility == View.VISIBLE }

    private fun idle() = shadowOf(activity.get().mainLooper).idle()

    /** What other threads do takes as long as it takes. */
    private fun <T : Any> until(what: String, look: () -> T?): T {
        repeat(TRIES) {
            idle()
            look()?.let { return it }
            Thread.sleep(PAUSE_MS)
        }
        throw AssertionError("never came: $what; on the screen: ${words()}")
    }

    private fun words() = shown(activity.get().window.decorView).filterIsInstance<TextView>().map { it.text }.filter { it.isNotBlank() }

    private companion object {
        const val TRIES = 1_500
        const val PAUSE_MS = 20L
    }
}
