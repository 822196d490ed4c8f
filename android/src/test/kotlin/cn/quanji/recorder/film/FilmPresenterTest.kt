package cn.quanji.recorder.film

import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Film
import cn.quanji.recorder.testing.FakeFilms
import cn.quanji.recorder.testing.FakePlayer
import cn.quanji.recorder.testing.NoPane
import cn.quanji.recorder.testing.Samples
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.MutableStateFlow
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

/** Two takes: from 0 to 14:00, and from 16:00 to 38:08; segments of 8 s. */
class FilmPresenterTest {
    private val films = FakeFilms()
    private val player = FakePlayer()
    private val isRecording = MutableStateFlow(false)
    private val presenter = FilmPresenter("ab12", films, player, isRecording, Dispatchers.Unconfined, CoroutineScope(Dispatchers.Unconfined))

    @Test
    fun `the film plays from its beginning and take follows take`() {
        open(Samples.film)
        presenter.onEvent(FilmEvent.Pressed)
        player.told(PlayerSays.At(7_500))
        assertEquals(7_500L to Playing.Yes, shown().atMs to shown().playing)
        player.told(PlayerSays.Over)
        assertEquals(listOf(0 to 0, 1 to 0), films.opened)
        assertEquals(16 * 60_000L, shown().atMs)
        player.told(PlayerSays.Over)
        assertEquals(Playing.Over, shown().playing)
    }

    @Test
    fun `a jump begins at the segment in which it aims and one into a gap behind it`() {
        open(Samples.film)
        presenter.onEvent(FilmEvent.Jump(5 * 60_000))
        assertEquals(0 to 37, films.opened.last())
        assertEquals("the segment's own beginning", 37 * 8_000L, shown().atMs)
        player.told(PlayerSays.At(1_000))
        assertEquals(37 * 8_000L + 1_000, shown().atMs)
        presenter.onEvent(FilmEvent.Jump(15 * 60_000))
        assertEquals(1 to 0, films.opened.last())
    }

    @Test
    fun `a pause is gone on from and not begun again`() {
        open(Samples.film)
        repeat(3) { presenter.onEvent(FilmEvent.Pressed) }
        assertEquals(listOf("play", "pause", "resume"), player.orders.filter { it != "close" })
        assertEquals(1, films.opened.size)
    }

    @Test
    fun `a page that is left plays no more and goes on where it was`() {
        open(Samples.film)
        presenter.onEvent(FilmEvent.Jump(5 * 60_000))
        presenter.onEvent(FilmEvent.PaneWent)
        assertEquals("close", player.orders.last())
        presenter.onEvent(FilmEvent.PaneCame(NoPane))
        presenter.onEvent(FilmEvent.Pressed)
        assertEquals(listOf(0 to 37, 0 to 37), films.opened)
    }

    @Test
    fun `nothing is played into a recording`() {
        open(Samples.film)
        presenter.onEvent(FilmEvent.Pressed)
        isRecording.value = true
        assertEquals("close", player.orders.last())
        assertEquals(Playing.NotWhileRecording, shown().playing)
        presenter.onEvent(FilmEvent.Pressed)
        assertEquals(1, films.opened.size)
        isRecording.value = false
        presenter.onEvent(FilmEvent.Pressed)
        assertEquals(Playing.Yes, shown().playing)
    }

    @Test
    fun `film that was freed says who has it and what is left of it is played`() {
        open(Samples.freedFilm)
        assertEquals(FilmState.Freed(Samples.freedFilm.receipt), presenter.state.value)
        val gone = Samples.film.takes[0].copy(segments = Samples.freedFilm.takes[0].segments)
        assertEquals(1, Samples.film.copy(takes = listOf(gone, Samples.film.takes[1])).takeAt(0))
        assertNull(Samples.film.takeAt(60 * 60_000))
    }

    @Test
    fun `a player that fails says so and can be tried again`() {
        open(Samples.film)
        presenter.onEvent(FilmEvent.Pressed)
        player.told(PlayerSays.Failed)
        assertEquals(Playing.Failed, shown().playing)
        presenter.onEvent(FilmEvent.Pressed)
        assertEquals(Playing.Yes, shown().playing)
    }

    @Test
    fun `a player's times are the stream's whether it counts from the take or from the stream`() {
        val (ofTake, ofStream) = StreamClock(skippedMs = 80_000) to StreamClock(skippedMs = 80_000)
        assertEquals(listOf(200L, 5_000L), listOf(80_200L, 85_000L).map(ofTake::ms))
        assertEquals(listOf(200L, 95_000L), listOf(200L, 95_000L).map(ofStream::ms))
        assertEquals(300L, StreamClock(skippedMs = 0).ms(300))
    }

    private fun open(film: Film) {
        films.films["ab12"] = Answer.Of(film)
        presenter.onEvent(FilmEvent.Opened)
        presenter.onEvent(FilmEvent.PaneCame(NoPane))
    }

    private fun shown() = presenter.state.value as FilmState.Shown
}
