package cn.quanji.recorder.record

import cn.quanji.recorder.core.AwayGround
import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.RecordDetail
import cn.quanji.recorder.core.RecordPhoto
import cn.quanji.recorder.core.SelfCheck
import cn.quanji.recorder.core.Trouble

/** One record, as it stands on this phone. */
sealed interface RecordState {
    data object Reading : RecordState

    data class Shown(val detail: RecordDetail, val check: Check, val panel: Panel, val trouble: Trouble?, val nowMs: Long) : RecordState

    data class NotRead(val trouble: Trouble) : RecordState
}

/** What is being chosen below what was recorded. */
enum class Panel { None, Away, Correction }

/** The self-check, asked for by the officer. */
sealed interface Check {
    data object NotAsked : Check

    data object Running : Check

    data class Done(val found: SelfCheck) : Check

    data class NotDone(val trouble: Trouble) : Check
}

sealed interface RecordEvent {
    data object Looked : RecordEvent

    data object CheckAsked : RecordEvent

    data object Play : RecordEvent

    data class Look(val photo: RecordPhoto) : RecordEvent

    data class Settle(val owed: Owed) : RecordEvent

    data class PanelOpened(val panel: Panel) : RecordEvent

    data class AwayChosen(val ground: AwayGround) : RecordEvent

    data object Returned : RecordEvent

    data object ChecklistOpened : RecordEvent

    /** [line] is the number of what is to be corrected. */
    data class Correct(val line: Long) : RecordEvent

    data object MistakeDeclared : RecordEvent
}
