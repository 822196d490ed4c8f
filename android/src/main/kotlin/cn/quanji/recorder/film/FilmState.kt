package cn.quanji.recorder.film

import cn.quanji.recorder.core.Film
import cn.quanji.recorder.core.Pane
import cn.quanji.recorder.core.Receipt
import cn.quanji.recorder.core.Trouble

/** The film of a record, played out of the vault. */
sealed interface FilmState {
    data object Reading : FilmState

    /** [atMs] is from the record's beginning, breaks and all. */
    data class Shown(val film: Film, val atMs: Long, val take: Int, val playing: Playing) : FilmState

    /** Nothing of it is on this phone: it was freed on the receipt. */
    data class Freed(val receipt: Receipt?) : FilmState

    data class NotRead(val trouble: Trouble) : FilmState
}

enum class Playing {
    Not,
    Yes,
    Over,
    Failed,

    /** A record runs: what is played would be heard in it. */
    NotWhileRecording,
}

sealed interface FilmEvent {
    data object Opened : FilmEvent

    class PaneCame(val pane: Pane) : FilmEvent

    data object PaneWent : FilmEvent

    /** Plays, or pauses. */
    data object Pressed : FilmEvent

    data class Jump(val toMs: Long) : FilmEvent
}
