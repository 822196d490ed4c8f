package cn.quanji.recorder

import android.view.View
import android.view.WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON
import android.view.WindowManager.LayoutParams.FLAG_SECURE
import android.widget.EditText
import cn.quanji.recorder.core.Writing
import cn.quanji.recorder.recording.RecordingEvent
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.testing.SMALL_PHONE
import cn.quanji.recorder.testing.Samples
import cn.quanji.recorder.testing.Screen
import cn.quanji.recorder.testing.TestApp
import cn.quanji.recorder.testing.app
import cn.quanji.recorder.testing.open
import cn.quanji.recorder.testing.settle
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.android.controller.ActivityController
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = SMALL_PHONE)
class MainActivityTest {
    @Test
    fun `a recording begins with one press on the first page`() {
        val phone = open(Screen.Home)
        press(phone, R.id.start)
        assertEquals(listOf<RecordingEvent>(RecordingEvent.Start(takeUp = null)), app.session.events)
        assertNotNull(phone.get().findViewById(R.id.border))
    }

    @Test
    fun `when it is over the last page follows and back leads home`() {
        val phone = open(Screen.RecordingUnlocked)
        Screen.LastPage.prepare(app)
        app.session.state.value = RecordingState.Ended(Samples.sealing.record)
        settle(phone)
        assertNotNull(phone.get().findViewById(R.id.length))
        back(phone)
        assertNotNull(phone.get().findViewById(R.id.start))
    }

    @Test
    fun `back leaves the recording page and stops nothing`() {
        val phone = open(Screen.Recording)
        back(phone)
        assertEquals(emptyList<RecordingEvent>(), app.session.events)
        assertFalse(phone.get().isFinishing)
        assertNull(phone.get().findViewById(R.id.border))
    }

    @Test
    fun `no page of a record can be photographed from the screen`() {
        for (screen in Screen.entries) {
            val flags = open(screen).get().window.attributes.flags
            assertEquals(screen.title, screen.route !in setOf(Route.ShiftCheck, Route.Practice, Route.Settings, Route.About, Route.Licences), flags and FLAG_SECURE != 0)
        }
    }

    @Test
    fun `the screen stays on while recording and on no other page`() {
        for (screen in Screen.entries) {
            val flags = open(screen).get().window.attributes.flags
            assertEquals(screen.title, screen.route == Route.Recording, flags and FLAG_KEEP_SCREEN_ON != 0)
        }
    }

    @Test
    fun `in practice every page says so`() {
        app.preferences.choose(app.preferences.choices.value.copy(isPractice = true))
        for (screen in Screen.entries) assertTrue(screen.title, open(screen).get().findViewById<View>(R.id.practice_banner).isShown)
        app.preferences.choose(app.preferences.choices.value.copy(isPractice = false))
        assertFalse(open(Screen.Home).get().findViewById<View>(R.id.practice_banner).isShown)
    }

    @Test
    fun `what was typed is there again when one comes back to it`() {
        val phone = open(Screen.Statement)
        phone.get().findViewById<EditText>(R.id.text).setText("设备没电")
        phone.get().goTo(Route.Settings)
        settle(phone)
        back(phone)
        assertEquals("设备没电", phone.get().findViewById<EditText>(R.id.text).text.toString())
    }

    @Test
    fun `what was typed about one record does not stand on the page of another`() {
        val phone = open(Screen.Statement)
        phone.get().findViewById<EditText>(R.id.text).setText("设备没电")
        phone.get().goTo(Route.Write(Samples.sealing.record, Writing.Place))
        settle(phone)
        assertEquals("", phone.get().findViewById<EditText>(R.id.text).text.toString())
    }

    private fun press(phone: ActivityController<MainActivity>, id: Int) {
        phone.get().findViewById<View>(id).performClick()
        settle(phone)
    }

    private fun back(phone: ActivityController<MainActivity>) {
        @Suppress("DEPRECATION")
        phone.get().onBackPressed()
        settle(phone)
    }
}
