package cn.quanji.recorder

import cn.quanji.recorder.capture.PhoneSignals
import cn.quanji.recorder.core.BatteryLasts
import cn.quanji.recorder.core.Conditions
import cn.quanji.recorder.core.Heat
import cn.quanji.recorder.core.Lasting
import cn.quanji.recorder.core.Outlook
import cn.quanji.recorder.core.Recorder
import cn.quanji.recorder.core.Wanted

/** What the phone measures now, at the quality that a recording would begin with, by the core's own reckoning. */
class OutlookOfPhone(
    private val recorder: Recorder,
    private val signals: PhoneSignals,
    private val wanted: () -> Wanted,
) : Outlook {
    override fun now(): Lasting {
        val free = signals.freeBytes()
        val battery = signals.battery()
        val conditions = Conditions(Heat.None, battery?.percent ?: 0, battery?.isCharging ?: false, hasCamera = true)
        val lasts = try {
            recorder.lasts(recorder.askedAtStart(wanted(), conditions), free, conditions)
        } catch (_: LinkageError) {
            // No library: the page about the app says so.
            return Lasting(spaceS = null, BatteryLasts.Unknown)
        }
        val seconds = lasts.batteryS
        return Lasting(
            lasts.spaceS,
            when {
                battery == null -> BatteryLasts.Unknown
                seconds == null -> BatteryLasts.Charging
                else -> BatteryLasts.For(seconds, battery.percent)
            },
        )
    }
}
