package cn.quanji.recorder.recording

import cn.quanji.recorder.core.CheckNote
import org.junit.Assert.assertEquals
import org.junit.Test

class ShiftTest {
    private val shift = Shift()
    private val clockOff = listOf(CheckNote.ClockOff)
    private val nothing = emptyList<CheckNote>()

    @Test
    fun `what a check before duty found well in between is shown again when it is back`() {
        checked(at(8, 0), clockOff, now = at(8, 0))
        checked(at(8, 10), nothing, now = at(8, 10))
        assertEquals(clockOff, news(clockOff, at(9, 0)))
    }

    @Test
    fun `what a recording showed and a check then found well is shown again too`() {
        assertEquals(clockOff, news(clockOff, at(8, 0)))
        checked(at(8, 10), nothing, now = at(9, 0))
        assertEquals(clockOff, news(clockOff, at(9, 0)))
    }

    @Test
    fun `a check counts from when it was made and not from when it is read`() {
        // Another process reads at 19:00 what was checked at 8:00.
        checked(at(8, 0), clockOff, now = at(19, 0))
        assertEquals(nothing, news(clockOff, at(19, 0)))
        assertEquals("the shift is over", clockOff, news(clockOff, at(20, 1)))
    }

    @Test
    fun `a check from which the clock was set away counts from when it is read`() {
        checked(at(9, 0), clockOff, now = at(8, 0))
        assertEquals(nothing, news(clockOff, at(19, 59)))
        assertEquals(clockOff, news(clockOff, at(20, 1)))
    }

    private fun checked(atMs: Long, notes: List<CheckNote>, now: Long) = shift.checked(atMs, notes, nowMs = now, nowUs = sinceBootUs(now))

    private fun news(found: List<CheckNote>, now: Long) = shift.news(found, sinceBootUs(now))

    private fun at(hour: Int, minute: Int): Long = MIDNIGHT_MS + (hour * 60L + minute) * 60_000

    /** The phone was started at 7:30. */
    private fun sinceBootUs(atMs: Long): Long = (atMs - at(7, 30)) * 1000

    private companion object {
        const val MIDNIGHT_MS = 1_795_363_200_000L
    }
}
