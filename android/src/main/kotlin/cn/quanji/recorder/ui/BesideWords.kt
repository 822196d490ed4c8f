package cn.quanji.recorder.ui

import android.content.res.Resources
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.core.ActivityTerm
import cn.quanji.recorder.core.Countdown
import cn.quanji.recorder.core.RecordSummary
import cn.quanji.recorder.core.Safekeeping

/** What stands beside the term, a line each; hidden where there is nothing, and once it is delivered: then no term runs any more. */
fun TextView.showBeside(summary: RecordSummary, nowMs: Long) {
    val lines = resources.beside(summary, nowMs)
    showIf(lines.isNotEmpty() && summary.safekeeping !is Safekeeping.Delivered)
    text = lines.joinToString("\n")
}

private fun Resources.beside(summary: RecordSummary, nowMs: Long): List<String> =
    summary.beside.run {
        listOfNotNull(
            specialRule?.let { getString(R.string.beside_special_rule, it) },
            ownStorageAtMs?.let { getString(if (it > nowMs) R.string.beside_own_storage else R.string.beside_own_storage_past, end(it, nowMs)) },
            ownFilingAtMs?.let { getString(if (it > nowMs) R.string.beside_own_filing else R.string.beside_own_filing_past, end(it, nowMs)) },
            activity?.let { activity(it, summary.countdown, nowMs) },
        )
    }

/** Null where there is nothing to compare. */
private fun Resources.activity(activity: ActivityTerm, own: Countdown, nowMs: Long): String? {
    val earliestAtMs = activity.earliestAtMs
    if (activity.records < 2 || earliestAtMs == null) return null
    val records = activity.records.toString()
    return if (endsAtMs(own) == earliestAtMs) getString(R.string.beside_earliest, records) else getString(R.string.beside_activity, records, end(earliestAtMs, nowMs))
}

private fun endsAtMs(countdown: Countdown): Long? =
    when (countdown) {
        is Countdown.Running -> countdown.deadline.endsAtMs
        is Countdown.Past -> countdown.deadline.endsAtMs
        Countdown.NotBegun, is Countdown.WaitingForReturn -> null
    }
