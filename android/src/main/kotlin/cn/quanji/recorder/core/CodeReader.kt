package cn.quanji.recorder.core

/** Reads the text of a QR code in a picture of brightness, one byte a pixel; null where none is read. Blocks for some ten milliseconds. */
fun interface CodeReader {
    fun read(brightness: ByteArray, width: Int, height: Int, rowStride: Int): String?
}
