package cn.quanji.recorder.recording

import cn.quanji.recorder.testing.SimulatedPhone
import cn.quanji.recorder.testing.waitUntil
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
            phone.sound.isStalled = true
            val before = (1..LOOKS).minOf { heap() }
            repeat(8 * 3600 / STEP_S) { phone.skip(STEP_S) }
            var grown = heap() - before
            // The bindings' cleaner, a thread of its own, lets go of what nobody holds any more, some 20 objects a second of recording: on a busy machine
            // that takes minutes. It is waited for as long as it does; what is held for good never goes.
            while (grown >= MOST_BYTES) {
                val least = grown
                waitUntil("the heap grew by $least bytes and falls no more") {
                    grown = minOf(grown, heap() - before)
                    grown < least - STEP_BYTES || grown < MOST_BYTES
                }
            }
            assertTrue("what waits on the lane does not grow", phone.lane.waiting < 20)
            assertEquals(8 * 3600_000L, phone.running.elapsedMs / 60_000 * 60_000)
        }
    }

    private fun heap(): Long {
        System.gc()
        Thread.sleep(LOOK_MS)
        return Runtime.getRuntime().run { totalMemory() - freeMemory() }
    }

    private companion object {
        const val STEP_S = 2
        const val MOST_BYTES = 4_000_000L
        const val STEP_BYTES = 200_000L
        const val LOOKS = 20
        const val LOOK_MS = 100L
    }
}
