package cn.quanji.recorder.story

import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_METERED
import android.view.KeyEvent
import android.view.View
import cn.quanji.recorder.R
import cn.quanji.recorder.capture.SoundSays
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Cause
import cn.quanji.recorder.core.Crew
import cn.quanji.recorder.core.Network
import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.RunningStatus
import cn.quanji.recorder.core.SelfCheck
import cn.quanji.recorder.core.Timeline
import cn.quanji.recorder.core.Waits
import cn.quanji.recorder.core.Wish
import cn.quanji.recorder.recording.Arriving
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.testing.FakeKeystore
import cn.quanji.recorder.testing.Samples
import cn.quanji.recorder.uploads.UploadJob
import java.io.File
import java.util.zip.ZipFile
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** From the code on paper to a bundle that anyone can verify: the real Activity, services, session and core, frames of a real encoder, a real agency. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class, qualifiers = "zh-rCN")
class WholeStoryTest : Story() {
    @Test
    fun `an officer records and the agency's bundle of it holds for anyone`() {
        val record = recorded()
        // On a thread of its own: what it signs later would go with the next job.
        until("the hardware vouches for the first line and the seal") { vouched(record) == 2L }
        agency.wire.allow(0)
        app.connection.network.value = Network.Free
        val (job, parameters) = startedJob()
        agency.wire.allow(Long.MAX_VALUE)
        until("a receipt has come") { hasReceipt(record) }
        openRecord(record)
        until("a verified receipt stands on the page") { text(R.id.receipt).contains("回执") && text(R.id.keeping).contains("已送达机关") }
        until("the job is over") { shadowOf(job.get()).isJobFinished }
        until("no other waits for nothing") { jobs().isEmpty() }
        val timeline = (app.graph.records.detail(record) as Answer.Of).value.timeline
        assertEquals(1, timeline.photosMs.size)
        assertEquals(1, timeline.chapters.count { it.what == Timeline.What.Marked })
        val bundle = agency.exported(record)
        val said = agency.verified(bundle)
        assertTrue(said, Regex(""""verdict":\s*"valid"""").containsMatchIn(said))
        // The phone's clock is told, and not the machine's.
        val codes = Regex(""""code":\s*"([a-z_]+)"""").findAll(said).map { it.groupValues[1] }.toSet() - "clock_outside_bracket"
        assertEquals("nobody described it, and nothing else is to be said", setOf("description_owed"), codes)
        val journal = journalOf(bundle, record)
        assertTrue("what was done names who holds the phone", journal.contains(""""actor":{"officer":"o2","by":"device_unlock"}"""))
        assertTrue("the call stands in the record", journal.contains(""""cause":"phone_call""""))
        // The first line and the seal are signed by the key that the phone showed when it enrolled.
        assertEquals(listOf("true", "true"), Regex(""""is_named":\s*(true|false)""").findAll(said).map { it.groupValues[1] }.toList())
    }

    @Test
    fun `a job that is stopped in the middle of a film is done by the next`() {
        val record = recorded()
        agency.wire.allow(IN_THE_MIDDLE)
        app.connection.network.value = Network.Free
        val (job, parameters) = startedJob()
        until("the film is on its way") { agency.wire.isHolding }
        assertTrue("it asks to come again", job.get().onStopJob(parameters))
        job.destroy()
        // Only a run that is over plans with a rest: what was planned before it may still be there.
        until("what is left is planned") { jobs().any { it.minLatencyMillis > 0 } }
        assertFalse(shadowOf(job.get()).isJobFinished)
        assertTrue(app.graph.handOver.queue.value.any { it.record == record && it.sentBytes < it.totalBytes })
        agency.wire.allow(Long.MAX_VALUE)
        untilSent("a receipt has come") { hasReceipt(record) }
        openRecord(record)
        until("a verified receipt stands on the page") { text(R.id.keeping).contains("已送达机关") }
        val said = agency.verified(agency.exported(record))
        assertTrue(said, Regex(""""verdict":\s*"valid"""").containsMatchIn(said))
    }

    @Test
    fun `while it records lines and film go over a free network, nothing waits for them, and after the stop only the rest goes`() {
        opened()
        enrol()
        app.connection.network.value = Network.Free
        press(R.id.start)
        pass(1.0)
        val record = phone.running.record
        val service = startedService()
        startedJob()
        passTogether(seconds = 24.0)
        until("a third of the film has gone while it runs") { agency.wire.carriedBytes > filmedBytes() / 3 }
        // The wire stands still, and the camera hears nothing of it.
        agency.wire.allow(0)
        until("something is held back") { passTogether(seconds = 1.0); agency.wire.isHolding }
        passTogether(seconds = 6.0)
        assertEquals(Arriving.Both, phone.running.arriving)
        assertEquals(null, phone.running.loss)
        agency.wire.allow(Long.MAX_VALUE)
        passTogether(seconds = 10.0)
        wish(service, Wish.Stop)
        passTogether(seconds = 9.0)
        assertTrue(phone.session.state.value is RecordingState.Running)
        until("all but the segment that is being written has gone while it runs") { agency.wire.carriedBytes > filmedBytes() * 3 / 4 }
        passTogether(seconds = 2.0)
        assertEquals(RecordingState.Ended(record), phone.session.state.value)
        val beforeTheRest = agency.wire.carriedBytes
        until("a receipt has come") { hasReceipt(record) }
        openRecord(record)
        until("a verified receipt stands on the page") { text(R.id.keeping).contains("已送达机关") }
        val rest = agency.wire.carriedBytes - beforeTheRest
        assertTrue("$rest after $beforeTheRest", rest < beforeTheRest / 2)
        val bundle = agency.exported(record)
        val said = agency.verified(bundle)
        assertTrue(said, Regex(""""verdict":\s*"valid"""").containsMatchIn(said))
        assertFalse("nothing broke off", journalOf(bundle, record).contains(""""kind":"interrupted""""))
    }

    @Test
    fun `a film that goes stops when the phone leaves the free network, and waits for the yes`() {
        val record = recorded()
        agency.wire.allow(IN_THE_MIDDLE)
        app.connection.network.value = Network.Free
        startedJob()
        until("the film is on its way") { agency.wire.isHolding }
        app.connection.network.value = Network.Paid
        until("the film waits") { app.connection.used.last() == Network.Paid && waits(record) == Waits.NeedsFreeNetwork }
        agency.wire.allow(Long.MAX_VALUE)
        // By the core itself: what is shown is told by whoever read it last.
        val sent = sentBytes(record)
        app.graph.handOver.look()
        until("a job waits for a free network") { jobs().any { it.requiredNetwork?.hasCapability(NET_CAPABILITY_NOT_METERED) == true } }
        assertTrue("nothing of it went", sentBytes(record) <= sent)
        val waiting = app.graph.handOver.queue.value.single { it.record == record }
        app.graph.handOver.consentToPaid(waiting.totalBytes - waiting.sentBytes)
        until("a receipt has come") { hasReceipt(record) }
        openRecord(record)
        until("a verified receipt stands on the page") { text(R.id.keeping).contains("已送达机关") }
    }

    private fun recorded(): String {
        opened()
        enrol()
        return record()
    }

    private fun journalOf(bundle: File, record: String) =
        ZipFile(bundle).use { zip -> zip.getInputStream(zip.getEntry("records/$record/journal")).bufferedReader().readText() }

    /** Time passes for the phone, and some of it for the agency too, which is another process. */
    private fun passTogether(seconds: Double) = repeat((seconds * 5).toInt()) {
        pass(0.2)
        Thread.sleep(40)
    }

    private fun filmedBytes() = (phone.recorder.status() as RunningStatus.Running).mediaBytes

    private fun vouched(record: String) = ((app.graph.records.check(record) as Answer.Of).value as SelfCheck.Whole).vouched

    /** Of what waits. */
    private fun sentBytes(record: String) =
        (phone.vault.open() as Answer.Of).value.queue(cn.quanji.core.Network.PAID).rows.filter { it.record == record }.sumOf { it.storedBytes.toLong() }

    private fun waits(record: String) = app.graph.handOver.queue.value.find { it.record == record }?.waits

    private fun record(): String {
        until("the first page") { activity.get().findViewById<View>(R.id.start) != null }
        app.graph.scenes.choose(Crew(Samples.officers, Samples.officers[1]))
        press(R.id.start)
        pass(3.0)
        val record = phone.running.record
        val service = startedService()
        until("the record names who holds the phone") { (phone.recorder.status() as RunningStatus.Running).owed.none { it == Owed.OfficersDescription } }
        wish(service, Wish.Spoken)
        pass(1.0)
        wish(service, Wish.Mark)
        pass(1.0)
        key(KeyEvent.KEYCODE_CAMERA)
        pass(1.0)
        phone.sound.told(SoundSays.Silenced(true))
        pass(4.0)
        assertEquals(Cause.PhoneCall, phone.running.loss)
        assertEquals("the picture goes on", Arriving.PictureOnly, phone.running.arriving)
        phone.sound.told(SoundSays.Silenced(false))
        pass(3.0)
        wish(service, Wish.Stop)
        pass(11.0)
        assertEquals(RecordingState.Ended(record), phone.session.state.value)
        idle()
        assertNotNull("the last page is there", activity.get().findViewById(R.id.length))
        return record
    }

    private companion object {
        /** Lines and the photo, and some of the film. */
        const val IN_THE_MIDDLE = 200_000L
    }
}
