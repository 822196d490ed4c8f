package cn.quanji.recorder.film

import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Film
import cn.quanji.recorder.core.FilmTake
import cn.quanji.recorder.core.Films
import cn.quanji.recorder.core.Pane
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/** Take after take. A player cannot seek in fragmented film, so a jump begins a new stream at the segment in which its aim lies. */
class FilmPresenter(
    private val record: String,
    private val films: Films,
    private val player: Player,
    private val isRecording: StateFlow<Boolean>,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
) {
    private val states = MutableStateFlow<FilmState>(FilmState.Reading)
    val state: StateFlow<FilmState> = states.asStateFlow()
    private var pane: Pane? = null

    /** Whether the player has the stream of what is shown, and only waits. */
    private var isLoaded = false

    init {
        scope.launch { isRecording.collect { if (it) silence(Playing.NotWhileRecording) } }
    }

    fun onEvent(event: FilmEvent) {
        val now = states.value
        when (event) {
            FilmEvent.Opened -> if (now == FilmState.Reading) scope.launch(worker) { read() }
            is FilmEvent.PaneCame -> pane = event.pane
            FilmEvent.PaneWent -> {
                pane = null
                silence(Playing.Not)
            }
            FilmEvent.Pressed -> if (now is FilmState.Shown) pressed(now)
            is FilmEvent.Jump -> if (now is FilmState.Shown) play(now, event.toMs)
        }
    }

    private fun read() {
        states.value = when (val film = films.film(record)) {
            is Answer.Not -> FilmState.NotRead(film.trouble)
            is Answer.Of -> {
                val first = film.value.takes.indexOfFirst { it.isHere }
                if (first < 0) FilmState.Freed(film.value.receipt)
                else FilmState.Shown(film.value, film.value.takes[first].fromMs, first, if (isRecording.value) Playing.NotWhileRecording else Playing.Not)
            }
        }
    }

    private fun pressed(shown: FilmState.Shown) {
        when (shown.playing) {
            Playing.Yes -> {
                player.pause()
                show { it.copy(playing = Playing.Not) }
            }
            Playing.Not -> if (!isLoaded) play(shown, shown.atMs) else {
                player.resume()
                show { it.copy(playing = Playing.Yes) }
            }
            Playing.Over -> play(shown, shown.film.takes.first { it.isHere }.fromMs)
            Playing.Failed, Playing.NotWhileRecording -> play(shown, shown.atMs)
        }
    }

    private fun play(shown: FilmState.Shown, aimMs: Long) {
        val pane = pane ?: return
        if (isRecording.value) return silence(Playing.NotWhileRecording)
        val index = shown.film.takeAt(aimMs) ?: return over()
        val take = shown.film.takes[index]
        val segment = take.segmentAt(aimMs - take.fromMs)
        val skippedMs = take.segments.take(segment).sumOf { it.durationMs }
        isLoaded = true
        show { it.copy(atMs = take.fromMs + skippedMs, take = index, playing = Playing.Yes) }
        player.play(films.open(record, take, segment), skippedMs, pane) { says -> heed(says, take.fromMs + skippedMs) }
    }

    private fun heed(says: PlayerSays, fromMs: Long) {
        when (says) {
            is PlayerSays.At -> show { it.copy(atMs = fromMs + says.ms) }
            PlayerSays.Over -> next()
            PlayerSays.Failed -> silence(Playing.Failed)
        }
    }

    private fun next() {
        val shown = states.value as? FilmState.Shown ?: return
        val next = shown.film.takes.drop(shown.take + 1).firstOrNull { it.isHere } ?: return over()
        play(shown, next.fromMs)
    }

    private fun over() = silence(Playing.Over)

    private fun silence(playing: Playing) {
        isLoaded = false
        player.close()
        show { it.copy(playing = playing) }
    }

    private fun show(change: (FilmState.Shown) -> FilmState.Shown) = states.update { if (it is FilmState.Shown) change(it) else it }
}

/** The take in which an instant lies; in a gap, and in what is not here, the next one. */
internal fun Film.takeAt(ms: Long): Int? = takes.indices.firstOrNull { takes[it].isHere && takes[it].fromMs + takes[it].durationMs > ms }

/** The segment in which an instant of the take lies. */
internal fun FilmTake.segmentAt(ms: Long): Int {
    var endMs = 0L
    return segments.indexOfFirst { segment ->
        endMs += segment.durationMs
        endMs > ms
    }.coerceAtLeast(0)
}
