package cn.quanji.recorder.film

import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Film
import cn.quanji.recorder.core.FilmPiece
import cn.quanji.recorder.core.FilmPieces
import cn.quanji.recorder.core.FilmTake
import cn.quanji.recorder.core.VaultFilms
import cn.quanji.recorder.recording.RecordingEvent
import cn.quanji.recorder.testing.EncodedScene
import cn.quanji.recorder.testing.SimulatedPhone
import cn.quanji.recorder.testing.TestApp
import java.io.File
import java.io.IOException
import kotlin.random.Random
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** What a player reads of a record that the real core made of real encoded units, decoded by ffmpeg. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class FilmSourceTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val phone = SimulatedPhone()
    private val films get() = VaultFilms(phone.vault)

    @After
    fun close() = phone.close()

    @Test
    fun `the whole film plays picture for picture as it was encoded`() {
        recorded(seconds = 30.0)
        val take = film(record).takes.single()
        assertTrue("${take.segments.size}", take.isHere && take.segments.size >= 3)
        val played = pictures(read(record, take, fromSegment = 0, Random(1)))
        val encoded = encodedPictures()
        assertTrue("${played.size}", played.size > 900)
        var next = 0
        val others = played.count { picture ->
            // The core asked for a key frame, and the scene began anew.
            if (picture != encoded[next % encoded.size]) next = 0
            picture != encoded[next++ % encoded.size]
        }
        assertEquals("pictures that were not encoded so", 0, others)
    }

    @Test
    fun `a jump into the middle plays from a key frame to the end`() {
        recorded(seconds = 30.0)
        val take = film(record).takes.single()
        val whole = pictures(read(record, take, fromSegment = 0, Random(2)))
        val tail = pictures(read(record, take, fromSegment = 2, Random(3)))
        assertTrue("${tail.size} of ${whole.size}", tail.size in 1 until whole.size)
        assertTrue("the same pictures", whole.takeLast(tail.size) == tail)
    }

    @Test
    fun `a record that was broken off plays take by take at the times of the clock`() {
        begin()
        phone.pass(12.0)
        phone.killed()
        phone.skip(5)
        phone.session.onEvent(RecordingEvent.Start(takeUp = record))
        phone.pass(12.0)
        val film = film(end())
        assertEquals(2, film.takes.size)
        for (take in film.takes) assertTrue(pictures(read(record, take, fromSegment = 0, Random(4))).size > 200)
        assertTrue(film.takes[1].fromMs >= film.takes[0].durationMs + 5_000)
        assertTrue(film.takes[1].fromMs + film.takes[1].durationMs <= film.lengthMs + 40)
    }

    @Test
    fun `any reader gets the same bytes wherever and however much it reads`() {
        val dice = Random(5)
        val parts = listOf(700, 0, 900_000, 1, 300_000).mapIndexed { index, size -> index to dice.nextBytes(size) }
        val all = parts.fold(ByteArray(0)) { all, (_, bytes) -> all + bytes }
        val pieces = FilmPieces(parts.map { (index, bytes) -> FilmPiece(index, bytes.size.toLong()) }) { segment, offset ->
            parts[segment].second.let { it.copyOfRange(offset.toInt(), minOf(it.size, offset.toInt() + FilmPieces.BLOCK)) }
        }
        val source = FilmSource(pieces)
        assertEquals(all.size.toLong(), source.size)
        repeat(500) {
            val from = dice.nextInt(all.size)
            val into = ByteArray(dice.nextInt(1, 70_000))
            val count = source.readAt(from.toLong(), into, 0, into.size)
            assertEquals(minOf(into.size, all.size - from), count)
            assertArrayEquals(all.copyOfRange(from, from + count), into.copyOf(count))
        }
        assertEquals(-1, source.readAt(all.size.toLong(), ByteArray(1), 0, 1))
        assertEquals(-1, source.readAt(-1, ByteArray(1), 0, 1))
        assertEquals(0, source.readAt(0, ByteArray(1), 0, 0))
    }

    @Test
    fun `a piece that is shorter than its line says is a failure and no film`() {
        val source = FilmSource(FilmPieces(listOf(FilmPiece(0, 10), FilmPiece(1, 10))) { _, _ -> ByteArray(4) })
        assertThrows(IOException::class.java) { source.readAt(0, ByteArray(20), 0, 20) }
    }

    /** As a player reads: here a little, there a little. */
    private fun read(record: String, take: FilmTake, fromSegment: Int, dice: Random): File {
        val source = FilmSource(films.open(record, take, fromSegment))
        val file = folder.newFile()
        file.outputStream().use { out ->
            var at = 0L
            while (true) {
                val into = ByteArray(dice.nextInt(1, 65_536))
                val count = source.readAt(at, into, 0, into.size)
                if (count < 0) break
                out.write(into, 0, count)
                at += count
            }
            assertEquals(source.size, at)
        }
        return file
    }

    private fun encodedPictures(): List<String> {
        val file = folder.newFile("scene.h264")
        file.outputStream().use { out -> EncodedScene.made.pictures.forEach { unit -> ByteArray(unit.bytes.limit()).also { unit.bytes.duplicate().apply { position(0) }.get(it) }.let(out::write) } }
        return pictures(file)
    }

    /** The digest of every picture that ffmpeg decodes. */
    private fun pictures(of: File): List<String> {
        val process = ProcessBuilder("ffmpeg", "-v", "error", "-xerror", "-noautorotate", "-i", of.path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-").redirectErrorStream(true).start()
        val said = process.inputStream.bufferedReader().readLines()
        check(process.waitFor() == 0) { said.joinToString("\n") }
        return said.filter { it.isNotEmpty() && !it.startsWith("#") }.map { it.substringAfterLast(',').trim() }
    }

    private lateinit var record: String

    private fun film(record: String): Film = (films.film(record) as Answer.Of).value

    private fun recorded(seconds: Double): String {
        begin()
        phone.pass(seconds)
        return end()
    }

    private fun begin() {
        phone.session.onEvent(RecordingEvent.Start(takeUp = null))
        phone.pass(0.5)
        record = phone.running.record
    }

    private fun end(): String {
        phone.session.onEvent(RecordingEvent.StopOnPurpose)
        phone.pass(11.0)
        return record
    }
}
