package cn.quanji.recorder.story

import android.view.View
import cn.quanji.recorder.R
import cn.quanji.recorder.core.Network
import cn.quanji.recorder.recording.Arriving
import cn.quanji.recorder.recording.RecordingEvent
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** A morning: the page of the check, the core, the way to a real agency, and the page of the device there. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class, qualifiers = "zh-rCN")
class BeforeDutyStoryTest : Story() {
    @Test
    fun `what a phone measured before duty stands on its device's page at the agency, and a recording is not held up by it`() {
        opened()
        enrol()
        until("the first page") { activity.get().findViewById<View>(R.id.shift_check) != null }
        app.connection.network.value = Network.Free
        phone.sound.isFlat = true
        check()
        assertTrue(text(R.id.said), text(R.id.said).contains("需要注意"))
        // The measured word: the empty page speaks of checks before duty too.
        until("the agency has it") { agency.page("/devices").contains("/devices/") && pageOfDevice().contains("麦克风无声音") }
        val page = pageOfDevice()
        for (said in listOf("麦克风无声音", "80 %", "正常")) assertTrue("$said: $page", page.contains(said))
        // The exchange that carried it ties the clocks. Its answer comes to the phone after the agency's page shows what it carried.
        phone.sound.isFlat = false
        until("the clock is compared") {
            press(R.id.again)
            measured()
            app.graph.shiftChecks.today()?.clockOffsetMs != null
        }
        // A recording in the middle of a third one.
        press(R.id.again)
        until("camera and microphone are tried") { phone.lane.waiting > 0 }
        pass(0.6)
        app.graph.session.onEvent(RecordingEvent.Start(takeUp = null))
        pass(3.0)
        assertEquals(Arriving.Both, phone.running.arriving)
    }

    private fun check() {
        press(R.id.shift_check)
        measured()
    }

    private fun measured() {
        until("it is shown") {
            pass(0.2)
            isShown(R.id.again)
        }
    }

    private fun pageOfDevice(): String = agency.page("/devices/" + Regex("""href="/devices/([0-9a-f]{32})"""").find(agency.page("/devices"))!!.groupValues[1])
}
