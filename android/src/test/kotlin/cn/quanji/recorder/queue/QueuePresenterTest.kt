package cn.quanji.recorder.queue

import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.Waits
import cn.quanji.recorder.testing.FakeHandOver
import cn.quanji.recorder.testing.Samples
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

class QueuePresenterTest {
    private val handOver = FakeHandOver()
    private var now = 0L
    private val presenter = QueuePresenter(handOver, { now }, CoroutineScope(Dispatchers.Unconfined)) {}

    @Test
    fun `the yes is to what is still to go of films that wait for it`() {
        handOver.queue.value = Samples.queue
        assertEquals(176_000_000, presenter.state.value.paidBytes)
        presenter.onEvent(QueueEvent.ConsentToPaid(presenter.state.value.paidBytes))
        assertEquals(listOf(176_000_000L), handOver.consented)
    }

    @Test
    fun `the yes goes no further than the agency lets it`() {
        handOver.queue.value = Samples.queue
        handOver.paidLimitBytes.value = 50_000_000
        assertEquals(50_000_000, presenter.state.value.paidBytes)
        handOver.paidLimitBytes.value = 0
        assertEquals(0, presenter.state.value.paidBytes)
    }

    @Test
    fun `nothing is asked for where a free network will do`() {
        handOver.queue.value = Samples.queue.map { it.copy(waits = Waits.Queued) }
        assertEquals(0, presenter.state.value.paidBytes)
    }

    @Test
    fun `what waits for its time or for a person can be tried now, and what is in its turn or needs a network cannot`() {
        fun mayTry(waits: Waits, link: AgencyLink = AgencyLink.Reachable): Boolean {
            handOver.link.value = link
            handOver.queue.value = listOf(Samples.queue.first().copy(waits = waits))
            return presenter.state.value.mayTryAgain
        }
        assertEquals(true, mayTry(Waits.AgencyBusy))
        assertEquals(true, mayTry(Waits.FileDamaged))
        assertEquals(true, mayTry(Waits.AgencyUnreachable, AgencyLink.Unreachable))
        for (waits in listOf(Waits.Queued, Waits.Recording, Waits.NeedsFreeNetwork, Waits.NotEnrolled)) assertEquals("$waits", false, mayTry(waits))
        assertEquals(false, mayTry(Waits.AgencyBusy, AgencyLink.NoNetwork))
        presenter.onEvent(QueueEvent.TryAgain)
        assertEquals(1, handOver.triedAgain)
    }

    @Test
    fun `speed is what was told over the last seconds`() {
        told(atMs = 0, sent = 0)
        told(atMs = 1_000, sent = 2_000_000)
        told(atMs = 2_000, sent = 4_000_000)
        assertEquals(2_000_000L, presenter.state.value.bytesPerSecond)
    }

    @Test
    fun `what was fast long ago is not called fast`() {
        told(atMs = 0, sent = 0)
        told(atMs = 1_000, sent = 90_000_000)
        told(atMs = 2_000, sent = 90_000_001)
        told(atMs = 30_000, sent = 90_280_001)
        assertEquals(10_000L, presenter.state.value.bytesPerSecond)
    }

    @Test
    fun `a transfer that begins anew is measured from there`() {
        told(atMs = 0, sent = 5_000)
        told(atMs = 1_000, sent = 9_000)
        told(atMs = 2_000, sent = 0)
        assertNull(presenter.state.value.bytesPerSecond)
        told(atMs = 3_000, sent = 2_000)
        assertEquals(2_000L, presenter.state.value.bytesPerSecond)
    }

    private fun told(atMs: Long, sent: Long) {
        now = atMs
        handOver.queue.value = listOf(Samples.queue.first().copy(sentBytes = sent))
    }
}
