package cn.quanji.recorder.photo

import cn.quanji.recorder.core.Trouble

/** One still of a record. */
sealed interface PhotoState {
    data object Reading : PhotoState

    /** A JPEG, as it was taken. */
    class Shown(val jpeg: ByteArray) : PhotoState

    data class NotRead(val trouble: Trouble) : PhotoState
}

sealed interface PhotoEvent {
    data object Opened : PhotoEvent
}
