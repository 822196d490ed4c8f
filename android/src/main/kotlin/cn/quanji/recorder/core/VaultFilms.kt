package cn.quanji.recorder.core

import java.io.IOException

/** Film and photos in the vault. */
class VaultFilms(private val vault: Vault) : Films {
    override fun film(record: String): Answer<Film> = vault.ask { it.recordPage(record).asFilm() }

    override fun open(record: String, take: FilmTake, fromSegment: Int): FilmBytes {
        val init = FilmPiece(INIT, take.initBytes)
        return FilmPieces(listOf(init) + take.segments.drop(fromSegment).map { FilmPiece(it.segment, it.sizeBytes) }) { segment, offset ->
            val read = vault.ask { it.readFilm(record, take.take.toUInt(), segment.toUInt(), offset.toULong(), FilmPieces.BLOCK.toUInt()) }
            when (read) {
                is Answer.Of -> read.value
                is Answer.Not -> throw IOException("${read.trouble}")
            }
        }
    }

    override fun photo(record: String, number: Int): Answer<ByteArray> = vault.ask { core ->
        var photo = ByteArray(0)
        while (true) {
            val piece = core.readFile(record, number.toUInt(), photo.size.toULong(), PIECE)
            if (piece.isEmpty()) break
            photo += piece
        }
        photo
    }

    private companion object {
        const val INIT = 0
        const val PIECE = 1_048_576u
    }
}
