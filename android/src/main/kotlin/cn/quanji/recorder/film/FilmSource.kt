package cn.quanji.recorder.film

import android.media.MediaDataSource
import cn.quanji.recorder.core.FilmBytes

/** A stream out of the vault, as Android's player reads one. */
class FilmSource(private val bytes: FilmBytes) : MediaDataSource() {
    override fun readAt(position: Long, buffer: ByteArray, offset: Int, size: Int): Int = if (size == 0) 0 else bytes.readAt(position, buffer, offset, size)

    override fun getSize(): Long = bytes.size

    override fun close() = Unit
}
