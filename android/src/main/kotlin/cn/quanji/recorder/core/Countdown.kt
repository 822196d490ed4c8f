package cn.quanji.recorder.core

/** How the hand-over term (第十七条) stands, as the core counted it. */
sealed interface Countdown {
    /** The recording has not ended, or nothing was recorded. */
    data object NotBegun : Countdown

    data class Running(val deadline: Deadline) : Countdown

    /** The last instant is over, by days that are settled. */
    data class Past(val deadline: Deadline) : Countdown

    /** An away ground is declared and the return not entered. [ordinary] is what would hold without. */
    data class WaitingForReturn(val ordinary: Deadline) : Countdown
}

/**
 * [endsAtMs] is itself already late. A provisional one (暂定) waits for the notice of a year, and nobody is late by it. [specialRule] is the text that sets another term
 * (第二条第二款), where there is one; lists do not tell it.
 */
data class Deadline(val endsAtMs: Long, val isProvisional: Boolean, val specialRule: String?)
