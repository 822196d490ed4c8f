package cn.quanji.recorder.ui

import android.content.res.Resources
import cn.quanji.recorder.R
import cn.quanji.recorder.core.Countdown
import cn.quanji.recorder.core.Deadline
import java.time.Instant
import java.time.LocalDate
import java.time.format.DateTimeFormatter
import java.util.Locale
import kotlin.math.max

/** "周一 14:05" */
fun Resources.instant(ms: Long, nowMs: Long): String = clock(spokenInstant(ms, nowMs))

/** "周二 24:00 前，还有 1 天 6 小时" */
fun Resources.countdown(countdown: Countdown, nowMs: Long): String =
    when (countdown) {
        Countdown.NotBegun -> getString(R.string.time_not_begun)
        is Countdown.Running -> running(countdown.deadline, nowMs)
        is Countdown.Past -> getString(R.string.time_past, end(countdown.deadline, nowMs), length(nowMs - countdown.deadline.endsAtMs))
        is Countdown.WaitingForReturn -> getString(R.string.time_waiting_for_return, end(countdown.ordinary, nowMs))
    }

/** The same to the second, one tap deeper: "2026-11-25 00:00:00（北京时间）前". */
fun Resources.exactEnd(deadline: Deadline): String = getString(R.string.time_exact_end, EXACT.format(Instant.ofEpochMilli(deadline.endsAtMs)))

fun Resources.exact(ms: Long): String = getString(R.string.time_exact, EXACT.format(Instant.ofEpochMilli(ms)))

/** "1 天 6 小时" */
fun Resources.length(ms: Long): String =
    when (val length = spokenLength(ms)) {
        is SpokenLength.Days -> getString(R.string.time_days_hours, length.days.toString(), length.hours.toString())
        is SpokenLength.Hours -> getString(R.string.time_hours_minutes, length.hours.toString(), length.minutes.toString())
        is SpokenLength.Minutes -> getString(R.string.time_minutes, length.minutes.toString())
    }

/** "11月25日 周三" */
fun Resources.day(epochDay: Long): String {
    val day = LocalDate.ofEpochDay(epochDay)
    return getString(R.string.time_month_day_weekday, day.monthValue.toString(), day.dayOfMonth.toString(), weekday(day.dayOfWeek.value))
}

private fun Resources.running(deadline: Deadline, nowMs: Long): String {
    // The core said that it runs; a term that ends while the page stands is said anew by the core.
    val left = length(max(0, deadline.endsAtMs - nowMs))
    return getString(if (deadline.isProvisional) R.string.time_left_provisional else R.string.time_left, end(deadline, nowMs), left)
}

private fun Resources.end(deadline: Deadline, nowMs: Long) = end(deadline.endsAtMs, nowMs)

/** "周二 24:00", of an instant that is itself already late. */
fun Resources.end(ms: Long, nowMs: Long): String = clock(spokenEnd(ms, nowMs))

private fun Resources.clock(instant: SpokenInstant): String =
    getString(R.string.time_day_clock, day(instant.day), String.format(Locale.ROOT, "%02d:%02d", instant.hour, instant.minute))

private fun Resources.day(day: SpokenDay): String =
    when (day) {
        SpokenDay.Today -> getString(R.string.time_today)
        SpokenDay.Yesterday -> getString(R.string.time_yesterday)
        is SpokenDay.Weekday -> weekday(day.number)
        is SpokenDay.OfThisYear -> getString(R.string.time_month_day, day.month.toString(), day.day.toString())
        is SpokenDay.OfAnotherYear -> getString(R.string.time_year_month_day, day.year.toString(), day.month.toString(), day.day.toString())
    }

private fun Resources.weekday(number: Int): String =
    getString(
        when (number) {
            1 -> R.string.time_monday
            2 -> R.string.time_tuesday
            3 -> R.string.time_wednesday
            4 -> R.string.time_thursday
            5 -> R.string.time_friday
            6 -> R.string.time_saturday
            else -> R.string.time_sunday
        }
    )

private val EXACT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(SHANGHAI)
