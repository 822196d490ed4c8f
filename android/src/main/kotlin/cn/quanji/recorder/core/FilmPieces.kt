package cn.quanji.recorder.core

import java.io.IOException

/** A file of a take: 0 is its init. */
data class FilmPiece(val segment: Int, val sizeBytes: Long)

/**
 * Pieces one after the other, as one stream. A player reads a few bytes here and a few there: whole blocks are taken from the vault, and the last one is
 * kept, so that a byte is unsealed about once.
 */
class FilmPieces(pieces: List<FilmPiece>, private val readBlock: (segment: Int, offset: Long) -> ByteArray) : FilmBytes {
    private class Placed(val piece: FilmPiece, val from: Long)

    private val placed = pieces.runningFold(Placed(FilmPiece(0, 0), 0)) { before, piece -> Placed(piece, before.from + before.piece.sizeBytes) }.drop(1)
    private var kept: Placed? = null
    private var keptFrom = 0L
    private var block = ByteArray(0)

    override val size: Long = pieces.sumOf { it.sizeBytes }

    override fun readAt(position: Long, into: ByteArray, offset: Int, size: Int): Int = synchronized(this) {
        if (position < 0 || position >= this.size) return -1
        var read = 0
        while (read < size && position + read < this.size) {
            val at = position + read
            val of = placed.last { it.from <= at && it.piece.sizeBytes > 0 }
            val inPiece = at - of.from
            take(of, inPiece - inPiece % BLOCK)
            val inBlock = (inPiece - keptFrom).toInt()
            // Fewer bytes than its line says: a stream with a hole would play as something else.
            if (inBlock >= block.size) throw IOException("segment ${of.piece.segment} ends at ${keptFrom + block.size} of ${of.piece.sizeBytes}")
            val count = minOf(size - read, block.size - inBlock)
            block.copyInto(into, offset + read, inBlock, inBlock + count)
            read += count
        }
        read
    }

    private fun take(of: Placed, from: Long) {
        if (of === kept && from == keptFrom) return
        kept = null
        block = readBlock(of.piece.segment, from)
        kept = of
        keptFrom = from
    }

    companion object {
        const val BLOCK = 262_144
    }
}
