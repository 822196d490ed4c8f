package cn.quanji.recorder.core

/** A record in a list. */
data class RecordSummary(
    val record: String,
    /** Null when none was given, it is one of the agency's own catalog, or the list does not know it. */
    val matter: Matter?,
    val beganAtMs: Long,
    val countdown: Countdown,
    val beside: Beside,
    val safekeeping: Safekeeping,
    /** How many things are owed; which ones, the record itself says. */
    val owedCount: Int,
)

/** A record that was cut off and not ended: it is taken up, or ended. */
data class InterruptedRecord(val record: String, val beganAtMs: Long)
