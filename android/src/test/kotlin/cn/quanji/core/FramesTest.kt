package cn.quanji.core

import java.nio.ByteBuffer
import org.junit.Assert.assertEquals
import org.junit.Test

/** Every misuse of the fast path is a number, and none of them an exception or a crash. */
class FramesTest {
    private val direct: ByteBuffer = ByteBuffer.allocateDirect(64)

    @Test
    fun `a handle that nobody gave is closed`() {
        assertEquals(CLOSED, push(handle = 0))
        assertEquals(CLOSED, push(handle = -1))
        assertEquals(CLOSED, push(handle = Long.MAX_VALUE))
        assertEquals(CLOSED, Frames.hear(17, direct, 0, 64, 0))
    }

    @Test
    fun `a buffer of the virtual machine's own heap is not read`() {
        assertEquals(NOT_DIRECT, push(buffer = ByteBuffer.allocate(64)))
        assertEquals(NOT_DIRECT, Frames.hear(17, ByteBuffer.allocate(64), 0, 64, 0))
    }

    @Test
    fun `bytes outside of the buffer are not read`() {
        for ((offset, length) in listOf(0 to 65, 64 to 1, -1 to 1, 0 to -1, Int.MAX_VALUE to Int.MAX_VALUE, Int.MIN_VALUE to 0)) {
            assertEquals("$offset, $length", OUT_OF_RANGE, push(offset = offset, length = length))
            assertEquals("$offset, $length", OUT_OF_RANGE, Frames.hear(17, direct, offset, length, 0))
        }
    }

    private fun push(handle: Long = 17, buffer: ByteBuffer = direct, offset: Int = 0, length: Int = 64): Int =
        Frames.push(handle, 1, buffer, offset, length, 0, 0, 1)

    private companion object {
        const val CLOSED = -1
        const val NOT_DIRECT = -2
        const val OUT_OF_RANGE = -3
    }
}
