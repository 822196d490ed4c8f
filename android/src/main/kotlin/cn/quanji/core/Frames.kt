package cn.quanji.core

import java.nio.ByteBuffer

/**
 * The native calls besides the bindings': they copy what lies in a direct buffer, and return at once. What the numbers mean stands at
 * `Pushed` and `Heard` in the core; none of them is thrown.
 */
object Frames {
    init {
        NativeLibrary.load()
    }

    /** One encoded unit of the record behind [handle]. Stamps are the encoder's own and that of its arrival, in µs. */
    @JvmStatic
    external fun push(handle: Long, track: Int, buffer: ByteBuffer, offset: Int, length: Int, stampUs: Long, arrivedUs: Long, flags: Int): Int

    /** 16 kHz mono PCM, 16 bits, little end first, that follows the last piece. */
    @JvmStatic
    external fun hear(handle: Long, buffer: ByteBuffer, offset: Int, length: Int, arrivedUs: Long): Int
}
