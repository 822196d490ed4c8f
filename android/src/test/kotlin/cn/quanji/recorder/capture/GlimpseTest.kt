package cn.quanji.recorder.capture

import org.junit.Assert.assertEquals
import org.junit.Test

class GlimpseTest {
    /**
     * Three wide and two high:
     * 0 1 2
     * 3 4 5
     */
    private fun upright(turns: Int): List<List<Int>> {
        val glimpse = Glimpse(ByteArray(6) { it.toByte() }, width = 3, height = 2, turns)
        return glimpse.upright().map { it and 0xFF }.chunked(glimpse.uprightWidth)
    }

    @Test
    fun `a picture is turned clockwise as often as it says`() {
        assertEquals(listOf(listOf(0, 1, 2), listOf(3, 4, 5)), upright(0))
        assertEquals(listOf(listOf(3, 0), listOf(4, 1), listOf(5, 2)), upright(1))
        assertEquals(listOf(listOf(5, 4, 3), listOf(2, 1, 0)), upright(2))
        assertEquals(listOf(listOf(2, 5), listOf(1, 4), listOf(0, 3)), upright(3))
    }

    @Test
    fun `brightness becomes an opaque grey`() {
        assertEquals(0xFFC8C8C8.toInt(), Glimpse(byteArrayOf(200.toByte()), 1, 1, 0).upright().single())
    }
}
