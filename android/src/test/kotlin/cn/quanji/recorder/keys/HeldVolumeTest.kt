package cn.quanji.recorder.keys

import cn.quanji.recorder.core.Key
import cn.quanji.recorder.testing.ManualLane
import org.junit.Assert.assertEquals
import org.junit.Test

class HeldVolumeTest {
    private var nowUs = 0L
    private val lane = ManualLane { nowUs }
    private val told = ArrayList<Pair<Key, Boolean>>()
    private val held = HeldVolume(lane) { key, isDown -> told += key to isDown }

    @Test
    fun `a key that is held is one press, and over when the platform says so`() {
        repeat(20) { step(1, 50) }
        held.onStep(0)
        assertEquals(listOf(Key.VolumeUp to true, Key.VolumeUp to false), told)
    }

    @Test
    fun `a platform that says nothing at the end is waited for, and no longer`() {
        step(-1, 500)
        assertEquals(listOf(Key.VolumeDown to true), told)
        step(-1, 700)
        assertEquals(listOf(Key.VolumeDown to true, Key.VolumeDown to false), told)
    }

    @Test
    fun `from one key to the other is two presses`() {
        step(1, 50)
        step(-1, 50)
        assertEquals(listOf(Key.VolumeUp to true, Key.VolumeUp to false, Key.VolumeDown to true), told)
    }

    private fun step(direction: Int, ms: Long) {
        held.onStep(direction)
        nowUs += ms * 1000
        lane.catchUp()
    }
}
