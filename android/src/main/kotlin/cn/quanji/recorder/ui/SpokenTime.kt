package cn.quanji.recorder.ui

import java.time.Instant
import java.time.LocalDate
import java.time.LocalTime
import java.time.ZoneId
import java.time.temporal.ChronoUnit
import java.util.Locale

/** The zone of every time that is shown, whatever the phone's own. */
val SHANGHAI: ZoneId = ZoneId.of("Asia/Shanghai")

/** A day as people name it from another day. */
sealed interface SpokenDay {
    data object Today : SpokenDay

    data object Yesterday : SpokenDay

    /** One of the six days that follow; 1 is Monday. */
    data class Weekday(val number: Int) : SpokenDay

    data class OfThisYear(val month: Int, val day: Int) : SpokenDay

    data class OfAnotherYear(val year: Int, val month: Int, val day: Int) : SpokenDay
}

/** How long until, or since, in the two units that matter at that distance. */
sealed interface SpokenLength {
    data class Days(val days: Long, val hours: Long) : SpokenLength

    data class Hours(val hours: Long, val minutes: Long) : SpokenLength

    data class Minutes(val minutes: Long) : SpokenLength
}

/** An instant on a clock: hour and minute of [day]. */
data class SpokenInstant(val day: SpokenDay, val hour: Int, val minute: Int)

fun spokenInstant(ms: Long, nowMs: Long): SpokenInstant {
    val at = Instant.ofEpochMilli(ms).atZone(SHANGHAI)
    return SpokenInstant(spokenDay(at.toLocalDate(), today(nowMs)), at.hour, at.minute)
}

/**
 * The end of a term. It is exclusive, and a term ends at midnight: 00:00 of Wednesday is said as Tuesday's 24:00.
 */
fun spokenEnd(ms: Long, nowMs: Long): SpokenInstant {
    val at = Instant.ofEpochMilli(ms).atZone(SHANGHAI)
    if (at.toLocalTime() != LocalTime.MIDNIGHT) return spokenInstant(ms, nowMs)
    return SpokenInstant(spokenDay(at.toLocalDate().minusDays(1), today(nowMs)), hour = 24, minute = 0)
}

fun spokenLength(ms: Long): SpokenLength {
    val minutes = ms / 60_000
    val hours = minutes / 60
    return when {
        hours >= 24 -> SpokenLength.Days(hours / 24, hours % 24)
        hours > 0 -> SpokenLength.Hours(hours, minutes % 60)
        else -> SpokenLength.Minutes(minutes)
    }
}

/** 00:12:41 while it runs, so that nothing moves at the hour. */
fun runningClock(ms: Long): String = clock(ms, hours = true)

/** 38:12, or 01:02:09 from an hour on. */
fun lengthOnClock(ms: Long): String = clock(ms, hours = ms >= 3_600_000)

private fun clock(ms: Long, hours: Boolean): String {
    val seconds = ms / 1_000
    val rest = String.format(Locale.ROOT, "%02d:%02d", seconds / 60 % 60, seconds % 60)
    return if (hours) String.format(Locale.ROOT, "%02d:%s", seconds / 3_600, rest) else rest
}

private fun today(nowMs: Long) = Instant.ofEpochMilli(nowMs).atZone(SHANGHAI).toLocalDate()

private fun spokenDay(day: LocalDate, today: LocalDate): SpokenDay =
    when {
        day == today -> SpokenDay.Today
        day == today.minusDays(1) -> SpokenDay.Yesterday
        ChronoUnit.DAYS.between(today, day) in 1..6 -> SpokenDay.Weekday(day.dayOfWeek.value)
        day.year == today.year -> SpokenDay.OfThisYear(day.monthValue, day.dayOfMonth)
        else -> SpokenDay.OfAnotherYear(day.year, day.monthValue, day.dayOfMonth)
    }
