package cn.quanji.recorder.core

import cn.quanji.core.PictureException
import cn.quanji.core.readCode

/** The core's reader. A picture that it cannot judge holds no code: the next one comes in a moment. */
class LibraryCodeReader : CodeReader {
    override fun read(brightness: ByteArray, width: Int, height: Int, rowStride: Int): String? =
        try {
            readCode(width.toUInt(), height.toUInt(), rowStride.toUInt(), brightness)
        } catch (_: PictureException) {
            null
        } catch (_: LinkageError) {
            // No library: the page about the app says so.
            null
        }
}
