package cn.quanji.recorder.reminders

import cn.quanji.recorder.core.Countdown
import cn.quanji.recorder.core.Deadline
import cn.quanji.recorder.core.Safekeeping
import cn.quanji.recorder.core.Waits
import cn.quanji.recorder.reminders.Due.Near
import cn.quanji.recorder.testing.Samples
import org.junit.Assert.assertEquals
import org.junit.Test

class DueTest {
    @Test
    fun `a day before, four hours before, and past`() {
        assertEquals(null, near(hoursLeft = 25))
        assertEquals(Near.Day, near(hoursLeft = 24))
        assertEquals(Near.Day, near(hoursLeft = 5))
        assertEquals(Near.Hours, near(hoursLeft = 4))
        assertEquals(Near.Past, Due.of(listOf(owed(Countdown.Past(ends(-1)))), NOW).records.single().since)
    }

    @Test
    fun `the next word is at the next of the three, of all records`() {
        val records = listOf(owed(Countdown.Running(ends(100))), owed(Countdown.Running(ends(24))), owed(Countdown.Running(ends(2))))
        assertEquals(NOW + 2 * HOUR, Due.of(records, NOW).nextAtMs)
        assertEquals(NOW + 20 * HOUR, Due.of(records.take(2), NOW).nextAtMs)
        assertEquals(NOW + 76 * HOUR, Due.of(records.take(1), NOW).nextAtMs)
    }

    @Test
    fun `nobody is late by a provisional term`() {
        val before = Due.of(listOf(owed(Countdown.Running(ends(3, isProvisional = true)))), NOW)
        assertEquals(Near.Hours, before.records.single().since)
        assertEquals("its end changes nothing", null, before.nextAtMs)
        assertEquals(Near.Hours, Due.of(listOf(owed(Countdown.Running(ends(-3, isProvisional = true)))), NOW).records.single().since)
    }

    @Test
    fun `what has no term running is not due`() {
        val records = listOf(owed(Countdown.NotBegun), owed(Countdown.WaitingForReturn(ends(1))))
        assertEquals(Due(emptyList(), nextAtMs = null), Due.of(records, NOW))
    }

    @Test
    fun `nobody is alerted of a state secret`() {
        val secret = owed(Countdown.Running(ends(1))).copy(safekeeping = Safekeeping.OnPhone(Waits.StateSecret))
        assertEquals(Due(emptyList(), nextAtMs = null), Due.of(listOf(secret), NOW))
    }

    private fun near(hoursLeft: Long) = Due.of(listOf(owed(Countdown.Running(ends(hoursLeft)))), NOW).records.singleOrNull()?.since

    private fun owed(countdown: Countdown) = Samples.sealing.copy(countdown = countdown)

    private fun ends(inHours: Long, isProvisional: Boolean = false) = Deadline(NOW + inHours * HOUR, isProvisional, specialRule = null)

    private companion object {
        const val HOUR = 3_600_000L
        val NOW = Samples.nowMs
    }
}
