package cn.quanji.recorder.core

import cn.quanji.core.Frames
import java.nio.ByteBuffer

/**
 * Where encoded units and PCM go into the running record: copied by the core out of a direct buffer, at once, and without an object made here.
 * A door whose record is over takes nothing, and says so.
 */
open class FrameDoor(private val handle: Long) {
    /** One encoded unit; [stampUs] is the encoder's own, [arrivedUs] that of its arrival since boot. What came of it is one of the numbers below. */
    open fun push(track: Track, buffer: ByteBuffer, offset: Int, length: Int, stampUs: Long, arrivedUs: Long, flags: Int): Int =
        Frames.push(handle, if (track == Track.Video) VIDEO else AUDIO, buffer, offset, length, stampUs, arrivedUs, flags)

    /** 16 kHz mono PCM, 16 bits, that follows the last. Whether there is something to tell now and not in a second. */
    open fun hear(buffer: ByteBuffer, length: Int, arrivedUs: Long): Boolean = Frames.hear(handle, buffer, 0, length, arrivedUs) == SOMETHING

    companion object {
        const val WAITS = 0
        const val KEY_FRAME_WANTED = 1
        const val DROPPED = 2
        private const val VIDEO = 1
        private const val AUDIO = 2
        private const val SOMETHING = 1
    }
}
