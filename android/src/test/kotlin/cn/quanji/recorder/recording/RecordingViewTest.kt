package cn.quanji.recorder.recording

import android.graphics.Rect
import android.text.Editable
import android.text.TextWatcher
import android.view.MotionEvent
import android.view.View
import android.view.ViewGroup
import android.view.accessibility.AccessibilityNodeInfo
import android.widget.TextView
import cn.quanji.recorder.MainActivity
import cn.quanji.recorder.R
import cn.quanji.recorder.core.Cause
import cn.quanji.recorder.testing.SMALL_PHONE
import cn.quanji.recorder.testing.Samples
import cn.quanji.recorder.testing.Screen
import cn.quanji.recorder.testing.TestApp
import cn.quanji.recorder.testing.app
import cn.quanji.recorder.testing.open
import cn.quanji.recorder.testing.settle
import cn.quanji.recorder.testing.shown
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.android.controller.ActivityController
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = SMALL_PHONE)
class RecordingViewTest {
    @Test
    fun `a finger on the bar is told as down and up and counted by nobody here`() {
        val bar = open(Screen.Recording).get().findViewById<View>(R.id.unlock)
        touch(bar, MotionEvent.ACTION_DOWN)
        touch(bar, MotionEvent.ACTION_UP)
        assertEquals(listOf(RecordingEvent.HoldDown, RecordingEvent.HoldUp), app.session.events)
    }

    @Test
    fun `a palm that follows the finger is no hold`() {
        val bar = open(Screen.Recording).get().findViewById<View>(R.id.unlock)
        touch(bar, MotionEvent.ACTION_DOWN)
        touch(bar, MotionEvent.ACTION_POINTER_DOWN)
        assertEquals(listOf(RecordingEvent.HoldDown, RecordingEvent.HoldUp), app.session.events)
        touch(bar, MotionEvent.ACTION_UP)
        assertEquals(2, app.session.events.size)
    }

    @Test
    fun `the double tap of TalkBack unlocks`() {
        open(Screen.Recording).get().findViewById<View>(R.id.unlock).performAccessibilityAction(AccessibilityNodeInfo.ACTION_CLICK, null)
        assertEquals(listOf<RecordingEvent>(RecordingEvent.UnlockOnPurpose), app.session.events)
    }

    @Test
    fun `while it is locked nothing but the bar can be pressed`() {
        val phone = open(Screen.Recording)
        val pressable = page(phone).filter { it.isClickable && it.isEnabled }
        assertEquals(listOf(R.id.unlock), pressable.map(View::getId))
    }

    @Test
    fun `while it is about to end nothing but taking it back can be pressed`() {
        val phone = open(Screen.RecordingStopping)
        val pressable = page(phone).filter { it.isClickable && it.isEnabled }
        assertEquals(listOf(R.id.take_back), pressable.map(View::getId))
    }

    @Test
    fun `a loss is spoken at once and the passing of time is not`() {
        val phone = open(Screen.RecordingUnlocked)
        val state = phone.get().findViewById<TextView>(R.id.arriving)
        assertEquals(View.ACCESSIBILITY_LIVE_REGION_ASSERTIVE, state.accessibilityLiveRegion)
        assertEquals(View.ACCESSIBILITY_LIVE_REGION_NONE, phone.get().findViewById<View>(R.id.elapsed).accessibilityLiveRegion)
        var spoken = 0
        state.addTextChangedListener(Told { spoken += 1 })
        for (second in 1..5) tell(phone, Samples.unlocked.copy(elapsedMs = second * 1_000L))
        assertEquals(0, spoken)
        tell(phone, Samples.unlocked.copy(arriving = Arriving.PictureOnly, loss = Cause.PhoneCall))
        assertEquals(1, spoken)
    }

    @Test
    fun `the button under a finger is the same after a second`() {
        val phone = open(Screen.RecordingUnlocked)
        val before = page(phone).filter { it.isClickable }
        tell(phone, Samples.unlocked.copy(elapsedMs = 1))
        assertEquals(before, page(phone).filter { it.isClickable })
    }

    @Test
    fun `that somebody films is marked above what is read to them, the opening's acts stand above its lines, and a reason is read first`() {
        val phone = open(Screen.RecordingFilmingPanel)
        assertTrue(top(phone, R.id.answers) < top(phone, R.id.asked) && top(phone, R.id.asked) < top(phone, R.id.lines))
        tell(phone, Samples.unlocked)
        phone.get().findViewById<View>(R.id.filming).performClick()
        settle(phone)
        assertTrue(top(phone, R.id.asked) < top(phone, R.id.answers) && top(phone, R.id.answers) < top(phone, R.id.lines))
        tell(phone, Samples.resumed)
        assertTrue(top(phone, R.id.lines) < top(phone, R.id.answers))
    }

    @Test
    @Config(qualifiers = "w360dp-h640dp-mdpi")
    fun `on a low screen too and with large letters it is marked that somebody films without scrolling`() {
        for (language in listOf("zh-rCN", "en")) for (scale in listOf(1f, 2f)) {
            RuntimeEnvironment.setQualifiers("+$language")
            RuntimeEnvironment.setFontScale(scale)
            val answer = open(Screen.RecordingFilmingPanel).get().findViewById<ViewGroup>(R.id.answers).getChildAt(0)
            val seen = Rect()
            assertTrue("$language, $scale", answer.getGlobalVisibleRect(seen))
            assertEquals("$language, $scale", answer.height, seen.height())
            assertTrue("${answer.height}", answer.height >= 64)
        }
    }

    @Test
    fun `who films is told without a word of forbidding`() {
        val words = app.getString(R.string.recording_filming_points)
        assertFalse(words, "禁止" in words || "不得拍摄" in words || "不准" in words)
    }

    private fun tell(phone: ActivityController<MainActivity>, state: RecordingState) {
        app.session.state.value = state
        settle(phone)
    }

    private fun top(phone: ActivityController<MainActivity>, id: Int) = phone.get().findViewById<View>(id).top

    private fun page(phone: ActivityController<MainActivity>) = shown(phone.get().findViewById(R.id.page))

    private fun touch(on: View, action: Int) {
        val event = MotionEvent.obtain(0, 0, action, 10f, 10f, 0)
        on.dispatchTouchEvent(event)
        event.recycle()
    }
}

private class Told(private val told: () -> Unit) : TextWatcher {
    override fun beforeTextChanged(text: CharSequence, start: Int, count: Int, after: Int) = Unit

    override fun onTextChanged(text: CharSequence, start: Int, before: Int, count: Int) = told()

    override fun afterTextChanged(text: Editable) = Unit
}
