package cn.quanji.recorder.home

import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.HomeRecords
import cn.quanji.recorder.core.Lasting
import cn.quanji.recorder.core.Trouble

/** What waits, what is owed, and the one thing to press. */
sealed interface HomeState {
    data object Opening : HomeState

    /** [nowMs] is what the times are said from. */
    data class Shown(
        val records: HomeRecords,
        val agency: AgencyLink,
        val nowMs: Long,
        val lasting: Lasting,
        /** Why what was pressed last was not done; null when it was. */
        val trouble: Trouble?,
    ) : HomeState

    /** The core could not be opened: nothing is lost, and nothing can be recorded. */
    data class Closed(val trouble: Trouble) : HomeState
}

sealed interface HomeEvent {
    /** The page came to the front, or a minute passed. */
    data object Looked : HomeEvent

    data object Start : HomeEvent

    data object BackToRecording : HomeEvent

    data class TakeUp(val record: String) : HomeEvent

    data class EndInterrupted(val record: String) : HomeEvent

    data class Open(val record: String) : HomeEvent

    /** What is owed stands on the record's last page, each with its button. */
    data class Settle(val record: String) : HomeEvent

    /** A statement that the agency drafted. */
    data class ReadDraft(val draft: String) : HomeEvent

    data object Queue : HomeEvent

    data object Scene : HomeEvent

    data object ShiftCheck : HomeEvent

    data object Settings : HomeEvent

    data object Enrol : HomeEvent
}
