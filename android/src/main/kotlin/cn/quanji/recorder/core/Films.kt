package cn.quanji.recorder.core

import java.io.IOException

/** Film and photos of records, read piece by piece out of the vault: they never lie on the phone as plain files. Calls block. */
interface Films {
    fun film(record: String): Answer<Film>

    /** A take from one of its segments on, as one stream for a player. */
    fun open(record: String, take: FilmTake, fromSegment: Int): FilmBytes

    /** A JPEG. */
    fun photo(record: String, number: Int): Answer<ByteArray>
}

/** What can be played of a record. Times are ms from its beginning, as on its [Timeline]. */
data class Film(
    /** By the phone's clock. */
    val beganAtMs: Long,
    val lengthMs: Long,
    val takes: List<FilmTake>,
    val chapters: List<Timeline.Chapter>,
    /** Who has it where it was freed here. */
    val receipt: Receipt?,
)

/** One uninterrupted run (连续段), as its pieces lie in the vault. */
data class FilmTake(val take: Int, val fromMs: Long, val initBytes: Long, val picture: FilmPicture?, val segments: List<FilmSegment>) {
    val durationMs: Long
        get() = segments.sumOf { it.durationMs }

    /** Whether all of it is on the phone, and there is something. */
    val isHere: Boolean
        get() = segments.isNotEmpty() && segments.all { it.isHere }
}

/** As it is to be seen, upright. */
data class FilmPicture(val width: Int, val height: Int)

/** Each begins with a key frame. */
data class FilmSegment(val segment: Int, val sizeBytes: Long, val durationMs: Long, val isHere: Boolean)

/** Bytes that are read where a player wants them. Used from any thread, one at a time. */
interface FilmBytes {
    val size: Long

    /** How many were read into [into]; -1 at the end. */
    @Throws(IOException::class)
    fun readAt(position: Long, into: ByteArray, offset: Int, size: Int): Int
}
