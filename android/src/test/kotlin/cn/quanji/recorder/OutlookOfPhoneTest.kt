package cn.quanji.recorder

import cn.quanji.recorder.capture.Battery
import cn.quanji.recorder.capture.PhoneSignals
import cn.quanji.recorder.core.BatteryLasts
import cn.quanji.recorder.core.Recorder
import cn.quanji.recorder.core.Step
import cn.quanji.recorder.testing.SetSignals
import cn.quanji.recorder.testing.SimulatedPhone
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** With the core's own reckoning. */
class OutlookOfPhoneTest {
    private val phone = SimulatedPhone()
    private val signals = SetSignals()

    @After
    fun close() = phone.close()

    @Test
    fun `less quality lasts longer and half the space half as long`() {
        val full = outlook(signals, Step.FullHd).now()
        assertTrue(outlook(signals, Step.Hd).now().spaceS!! > full.spaceS!!)
        signals.free /= 2
        assertEquals(full.spaceS!! / 2.0, outlook(signals, Step.FullHd).now().spaceS!!.toDouble(), 1.0)
    }

    @Test
    fun `what is left is counted at what the recording would begin with, in HEVC or at less for a hot or empty phone`() {
        val plain = outlook(signals).now().spaceS!!
        assertTrue(outlook(signals, hevcAt = listOf(Step.FullHd)).now().spaceS!! > plain)
        assertEquals(plain, outlook(signals, hevcAt = listOf(Step.Hd)).now().spaceS)
        signals.conditions = signals.conditions.copy(batteryPercent = 3)
        assertTrue(outlook(signals).now().spaceS!! > plain)
    }

    @Test
    fun `a battery that charges has no end and one that says nothing is unknown`() {
        assertTrue(outlook(signals).now().battery is BatteryLasts.For)
        signals.conditions = signals.conditions.copy(isCharging = true)
        assertEquals(BatteryLasts.Charging, outlook(signals).now().battery)
        val silent = object : PhoneSignals by signals {
            override fun battery(): Battery? = null
        }
        assertEquals(BatteryLasts.Unknown, outlook(silent).now().battery)
    }

    private fun outlook(signals: PhoneSignals, step: Step = Step.FullHd, hevcAt: List<Step> = emptyList()) =
        Recorder(phone.vault).let { recorder -> OutlookOfPhone(recorder, signals) { recorder.wanted(step, isHevc = false).copy(hevcAt = hevcAt) } }
}
