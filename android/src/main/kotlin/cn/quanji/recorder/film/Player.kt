package cn.quanji.recorder.film

import cn.quanji.recorder.core.FilmBytes
import cn.quanji.recorder.core.Pane

/** Plays one stream at a time. */
interface Player {
    /** [skippedMs]: where in its take the stream begins. [told] is called on the main thread until [close]. */
    fun play(bytes: FilmBytes, skippedMs: Long, pane: Pane, told: (PlayerSays) -> Unit)

    fun pause()

    fun resume()

    fun close()
}

sealed interface PlayerSays {
    /** From the beginning of the stream; about twice a second. */
    data class At(val ms: Long) : PlayerSays

    data object Over : PlayerSays

    data object Failed : PlayerSays
}
