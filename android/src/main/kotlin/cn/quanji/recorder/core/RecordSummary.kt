package cn.quanji.recorder.core

/** A record in a list. */
data class RecordSummary(
    val record: String,
    /** Null when none was given, or it is one of the agency's own catalog. */
    val matter: Matter?,
    val beganAtMs: Long,
    val countdown: Countdown,
    val safekeeping: Safekeeping,
    val owed: List<Owed>,
)

/** A record that was cut off and not ended: it is taken up, or ended. */
data class InterruptedRecord(val record: String, val matter: Matter?, val beganAtMs: Long, val cause: Cause)
