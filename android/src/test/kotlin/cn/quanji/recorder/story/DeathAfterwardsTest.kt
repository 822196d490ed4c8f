package cn.quanji.recorder.story

import android.widget.EditText
import cn.quanji.recorder.R
import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Network
import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.SelfCheck
import cn.quanji.recorder.core.Wish
import cn.quanji.recorder.core.Writing
import cn.quanji.recorder.recording.RecordingState
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.ParameterizedRobolectricTestRunner
import org.robolectric.ParameterizedRobolectricTestRunner.Parameters
import org.robolectric.annotation.Config

/** The process ends when the camera has stopped: on the last page, over a statement, and in the middle of an upload. */
@RunWith(ParameterizedRobolectricTestRunner::class)
@Config(application = StoryApp::class, qualifiers = "zh-rCN")
class DeathAfterwardsTest(private val isRebooted: Boolean) : Story() {
    @Test
    fun `the last page comes back with the same words`() {
        opened()
        val record = record(seconds = 5.0)
        // Until it is read its length says so, and there is no claim.
        until("the last page is read") { isShown(R.id.claim) }
        val (length, claim) = text(R.id.length) to text(R.id.claim)
        assertTrue(length, length.startsWith("录制 "))
        killed(isRebooted)
        until("the last page is read") { isShown(R.id.claim) }
        assertEquals(length to claim, text(R.id.length) to text(R.id.claim))
        assertTrue((app.graph.records.check(record) as Answer.Of).value is SelfCheck.Whole)
        assertEquals("nothing stands open", 0, (app.graph.records.home() as Answer.Of).value.interrupted.size)
    }

    @Test
    fun `what was being written is there again, and is signed once`() {
        opened()
        val record = record(seconds = 5.0)
        assertTrue(Owed.PlaceDescription in owed(record))
        goTo(Route.Write(record, Writing.Place))
        view<EditText>(R.id.text).setText("东街十八号门前")
        idle()
        killed(isRebooted)
        assertEquals("东街十八号门前", text(R.id.text))
        assertTrue("nothing was signed by going", Owed.PlaceDescription in owed(record))
        press(R.id.sign)
        until("it is signed") { Owed.PlaceDescription !in owed(record) }
        killed(isRebooted)
        assertTrue("what was signed stays", Owed.PlaceDescription !in owed(record))
        assertTrue((app.graph.records.check(record) as Answer.Of).value is SelfCheck.Whole)
    }

    @Test
    fun `an upload goes on where it was, and ends with a receipt`() {
        opened()
        enrol()
        val record = record(seconds = 20.0)
        agency.wire.allow(IN_THE_MIDDLE)
        app.connection.network.value = Network.Free
        until("a segment is on its way") { agency.wire.isHolding }
        killed(isRebooted)
        val carried = agency.wire.carriedBytes
        until("the queue is read") { app.graph.handOver.queue.value.any { it.record == record } }
        agency.wire.allow(Long.MAX_VALUE)
        app.graph.handOver.look()
        until("a receipt has come") { hasReceipt(record) }
        openRecord(record)
        until("a verified receipt stands on the page") { text(R.id.keeping).contains("已送达机关") }
        val bytes = mediaBytes
        val again = agency.wire.carriedBytes - carried
        assertTrue("$again of $bytes: what was there did not go again", again < bytes - IN_THE_MIDDLE / 2)
        val said = agency.verified(agency.exported(record))
        assertTrue(said, Regex(""""verdict":\s*"valid"""").containsMatchIn(said))
    }

    private var mediaBytes = 0L

    private fun record(seconds: Double): String {
        until("the first page") { isShown(R.id.start) }
        press(R.id.start)
        pass(seconds)
        val record = phone.running.record
        phone.session.wish(Wish.Stop)
        pass(9.8)
        mediaBytes = (phone.recorder.status() as cn.quanji.recorder.core.RunningStatus.Running).mediaBytes
        pass(1.2)
        assertEquals(RecordingState.Ended(record), phone.session.state.value)
        idle()
        return record
    }

    private fun owed(record: String) = (app.graph.records.detail(record) as Answer.Of).value.owed

    companion object {
        /** All lines, and some of the film. */
        private const val IN_THE_MIDDLE = 400_000L

        @JvmStatic
        @Parameters(name = "rebooted: {0}")
        fun ends(): List<Array<Any>> = listOf(arrayOf(false), arrayOf(true))
    }
}
