package cn.quanji.recorder.recording

import cn.quanji.recorder.testing.SimulatedPhone
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

class LongSessionTest {
    @Test
    fun `eight hours of ticks leave the heap as flat as it was`() {
        SimulatedPhone().use { phone ->
            phone.session.onEvent(RecordingEvent.Start(takeUp = null))
            phone.pass(10.0)
            // The rest without frames: their path makes no object, which its own test counts. A second is one tick of everything else.
            phone.picture.isStalled = true
            phone.sound.stop()
            val before = heap()
            repeat(8 * 3600 / STEP_S) { phone.skip(STEP_S) }
            val grown = heap() - before
            assertTrue("the heap grew by $grown bytes", grown < 4_000_000)
            assertTrue("what waits on the lane does not grow", phone.lane.waiting < 20)
            assertEquals(8 * 3600_000L, phone.running.elapsedMs / 60_000 * 60_000)
        }
    }

    private fun heap(): Long {
        repeat(3) { System.gc() }
        return Runtime.getRuntime().run { totalMemory() - freeMemory() }
    }

    private companion object {
        const val STEP_S = 2
    }
}
