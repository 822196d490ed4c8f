package cn.quanji.recorder.lastpage

import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.RecordDetail
import cn.quanji.recorder.core.Trouble

/** What an officer sees when the recording is over. */
sealed interface LastPageState {
    data object Reading : LastPageState

    data class Shown(val detail: RecordDetail, val nowMs: Long) : LastPageState

    data class NotRead(val trouble: Trouble) : LastPageState
}

sealed interface LastPageEvent {
    data object Looked : LastPageEvent

    data class Settle(val owed: Owed) : LastPageEvent

    data object Details : LastPageEvent

    data object Done : LastPageEvent
}
