package cn.quanji.recorder.ui

import java.time.LocalDateTime
import java.time.ZoneOffset
import java.util.TimeZone
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Test

class SpokenTimeTest {
    private val mondayEvening = at("2026-11-23T18:00")
    private val zoneBefore = TimeZone.getDefault()

    @After
    fun restoreZone() = TimeZone.setDefault(zoneBefore)

    @Test
    fun `midnight that ends a term is the 24th hour of the day before`() {
        assertEquals(SpokenInstant(SpokenDay.Weekday(2), 24, 0), spokenEnd(at("2026-11-25T00:00"), mondayEvening))
        assertEquals(SpokenInstant(SpokenDay.Today, 24, 0), spokenEnd(at("2026-11-24T00:00"), mondayEvening))
    }

    @Test
    fun `the last minute of the year belongs to the old year`() {
        assertEquals(SpokenInstant(SpokenDay.OfAnotherYear(2026, 12, 31), 24, 0), spokenEnd(at("2027-01-01T00:00"), at("2027-01-04T09:00")))
    }

    @Test
    fun `a weekday names only one of the next six days`() {
        assertEquals(SpokenDay.Weekday(7), spokenInstant(at("2026-11-29T09:00"), mondayEvening).day)
        assertEquals(SpokenDay.OfThisYear(11, 30), spokenInstant(at("2026-11-30T09:00"), mondayEvening).day)
        assertEquals(SpokenDay.Yesterday, spokenInstant(at("2026-11-22T23:59"), mondayEvening).day)
        assertEquals(SpokenDay.OfThisYear(11, 21), spokenInstant(at("2026-11-21T09:00"), mondayEvening).day)
    }

    @Test
    fun `times are those of Shanghai on a phone that is elsewhere`() {
        TimeZone.setDefault(TimeZone.getTimeZone("America/Los_Angeles"))
        assertEquals(SpokenInstant(SpokenDay.Today, 14, 5), spokenInstant(at("2026-11-23T14:05"), mondayEvening))
    }

    @Test
    fun `a length is said in the two units that matter`() {
        assertEquals(SpokenLength.Days(1, 6), spokenLength(at("2026-11-25T00:00") - mondayEvening))
        assertEquals(SpokenLength.Hours(23, 59), spokenLength(24 * 3_600_000 - 1))
        assertEquals(SpokenLength.Minutes(59), spokenLength(3_600_000 - 1))
    }

    @Test
    fun `a running clock does not jump at the hour`() {
        assertEquals("00:59:59", runningClock(3_599_999))
        assertEquals("01:00:00", runningClock(3_600_000))
        assertEquals("38:12", lengthOnClock(38 * 60_000 + 12_000))
    }

    private fun at(shanghai: String) = LocalDateTime.parse(shanghai).toInstant(ZoneOffset.ofHours(8)).toEpochMilli()
}
