package cn.quanji.recorder.capture

import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.CameraClock
import cn.quanji.recorder.core.ClockBase
import cn.quanji.recorder.core.FrameDoor
import cn.quanji.recorder.core.StartedBy
import cn.quanji.recorder.core.TakeFormat
import cn.quanji.recorder.core.Track
import cn.quanji.recorder.testing.EncodedScene
import cn.quanji.recorder.testing.SimulatedPhone
import com.sun.management.ThreadMXBean
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

class UnitGateTest {
    private val scene = EncodedScene.made

    private inner class Output : EncoderOutput {
        val released = IntArray(4096)
        var count = 0

        override fun buffer(index: Int): ByteBuffer = scene.pictures[index].bytes

        override fun release(index: Int) {
            released[count] = index
            count += 1
        }

        override fun makeKeyFrame() = Unit
    }

    @Test
    fun `a thousand pictures through the real core make no object`() {
        SimulatedPhone().use { phone ->
            val door = (phone.recorder.begin(StartedBy.Button) as Answer.Of).value.door
            phone.recorder.lay(TakeFormat(scene.format, null, 0, CameraClock(ClockBase.Elapsed, 0)))
            val output = Output()
            var nowUs = 61_000_000L
            val gate = UnitGate(Track.Video, door, { nowUs }, output)
            gate.open()
            val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
            val self = Thread.currentThread().id
            val pictures = scene.pictures
            val push = { at: Int ->
                val unit = pictures[at % 250]
                gate.onUnit(at % 250, 0, unit.bytes.limit(), nowUs - 30_000, if (unit.isKey) 1 else 0)
            }
            repeat(250) {
                nowUs += 40_000
                push(it)
            }
            phone.recorder.status()
            val before = threads.getThreadAllocatedBytes(self)
            var at = 0
            while (at < 1000) {
                nowUs += 40_000
                val unit = pictures[at % 250]
                gate.onUnit(at % 250, 0, unit.bytes.limit(), nowUs - 30_000, if (unit.isKey) 1 else 0)
                at += 1
            }
            val made = threads.getThreadAllocatedBytes(self) - before
            assertTrue("$made bytes for 1000 pictures", made < 1000)
            assertEquals(1250, output.count)
        }
    }

    @Test
    fun `units wait in the encoder until the format is laid, and go in their order`() {
        val output = Output()
        val gate = UnitGate(Track.Video, FrameDoor(handle = 0), { 0 }, output)
        repeat(5) { gate.onUnit(it, 0, 1, 0, 0) }
        assertEquals(0, output.count)
        gate.open()
        gate.onUnit(5, 0, 1, 0, 0)
        assertEquals(listOf(0, 1, 2, 3, 4, 5), output.released.take(output.count))
    }
}
