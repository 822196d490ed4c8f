package cn.quanji.recorder.reminders

import cn.quanji.recorder.core.Countdown
import cn.quanji.recorder.core.RecordSummary
import cn.quanji.recorder.core.Waits

/** Records whose term is near or over, and when the next one comes near. Near is a day and four hours before the end: a working day's start, and its last half. */
data class Due(
    /** Most urgent first. */
    val records: List<Owed>,
    /** Null while no term runs. */
    val nextAtMs: Long?,
) {
    data class Owed(val record: RecordSummary, val since: Near)

    enum class Near { Day, Hours, Past }

    /** What the officer was told of once is told again only when it gets nearer. */
    val told: Set<String>
        get() = records.mapTo(HashSet()) { "${it.record.record}/${it.since}" }

    companion object {
        const val DAY_MS = 24 * 3_600_000L
        const val HOURS_MS = 4 * 3_600_000L

        fun of(all: List<RecordSummary>, nowMs: Long): Due {
            // Of what is marked as a state secret nothing is sent, and nobody is alerted (第十八条).
            val records = all.filterNot { it.safekeeping.waits == Waits.StateSecret }
            return Due(
                records = records.mapNotNull { record -> near(record.countdown, nowMs)?.let { Owed(record, it) } },
                nextAtMs = records.flatMap { steps(it.countdown) }.filter { it > nowMs }.minOrNull(),
            )
        }

        private fun near(countdown: Countdown, nowMs: Long): Near? =
            when (countdown) {
                Countdown.NotBegun, is Countdown.WaitingForReturn -> null
                is Countdown.Past -> Near.Past
                is Countdown.Running -> {
                    val leftMs = countdown.deadline.endsAtMs - nowMs
                    when {
                        leftMs <= HOURS_MS -> Near.Hours
                        leftMs <= DAY_MS -> Near.Day
                        else -> null
                    }
                }
            }

        private fun steps(countdown: Countdown): List<Long> =
            when (countdown) {
                Countdown.NotBegun, is Countdown.WaitingForReturn, is Countdown.Past -> emptyList()
                is Countdown.Running -> countdown.deadline.run {
                    // Nobody is late by a provisional one.
                    listOf(endsAtMs - DAY_MS, endsAtMs - HOURS_MS) + if (isProvisional) emptyList() else listOf(endsAtMs)
                }
            }
    }
}
