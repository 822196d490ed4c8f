package cn.quanji.recorder.shiftcheck

import android.content.res.Resources
import cn.quanji.recorder.R
import cn.quanji.recorder.core.Delivers
import cn.quanji.recorder.core.Located
import cn.quanji.recorder.core.Warmth
import cn.quanji.recorder.ui.length
import java.util.Locale
import kotlin.math.abs

internal fun subject(subject: CheckSubject): Int =
    when (subject) {
        CheckSubject.Battery -> R.string.shift_battery
        CheckSubject.Space -> R.string.shift_space
        CheckSubject.Heat -> R.string.shift_heat
        CheckSubject.BatterySaver -> R.string.shift_saver
        CheckSubject.Location -> R.string.shift_location
        CheckSubject.Clock -> R.string.shift_clock
        CheckSubject.Camera -> R.string.shift_camera
        CheckSubject.Microphone -> R.string.shift_microphone
        CheckSubject.CameraPermission -> R.string.shift_camera_permission
        CheckSubject.MicrophonePermission -> R.string.shift_microphone_permission
        CheckSubject.Notifications -> R.string.shift_notifications
        CheckSubject.Background -> R.string.shift_background
    }

internal fun Resources.value(value: CheckValue): String =
    when (value) {
        CheckValue.NotMeasured -> getString(R.string.shift_not_measured)
        is CheckValue.Battery -> getString(if (value.isCharging) R.string.shift_percent_charging else R.string.shift_percent, value.percent.toString())
        is CheckValue.Lasts -> getString(R.string.shift_lasts, length(value.seconds * 1000))
        is CheckValue.Heat -> getString(
            when (value.warmth) {
                Warmth.Normal -> R.string.shift_normal
                Warmth.Warm -> R.string.shift_warm
                Warmth.Hot -> R.string.shift_hot
            }
        )
        is CheckValue.Saver -> getString(if (value.isOn) R.string.shift_on else R.string.shift_off)
        is CheckValue.Place -> getString(
            when (value.located) {
                null -> R.string.shift_place_on
                Located.Fix -> R.string.shift_place_fix
                Located.None -> R.string.shift_place_off
                Located.Denied -> R.string.shift_not_given
            }
        )
        is CheckValue.Clock -> clock(value)
        CheckValue.ClockNotCompared -> getString(R.string.shift_not_compared)
        is CheckValue.Source -> getString(
            when (value.delivers) {
                Delivers.Delivering -> R.string.shift_delivers
                Delivers.Absent -> R.string.shift_absent
                Delivers.Failed -> R.string.shift_failed
            }
        )
        is CheckValue.Permission -> getString(if (value.isGiven) R.string.shift_given else R.string.shift_not_given)
    }

private fun Resources.clock(clock: CheckValue.Clock): String {
    val seconds = seconds(abs(clock.offsetMs))
    val off = getString(if (clock.offsetMs < 0) R.string.shift_clock_behind else R.string.shift_clock_ahead, seconds)
    return clock.heardAgoMs?.let { getString(R.string.shift_clock_heard, off, length(it)) } ?: off
}

internal fun Resources.threshold(threshold: CheckThreshold): String {
    val from = when (threshold) {
        is CheckThreshold.Percent -> getString(R.string.shift_from_percent, threshold.least.toString())
        is CheckThreshold.Seconds -> getString(R.string.shift_from_time, length(threshold.least * 1000))
        is CheckThreshold.Offset -> getString(R.string.shift_from_offset, seconds(threshold.mostMs))
    }
    return if (threshold.isAgencys) getString(R.string.shift_agency_rule, from) else from
}

private fun seconds(ms: Long): String = String.format(Locale.ROOT, "%.1f", ms / 1000.0)

internal fun remedy(remedy: Remedy): Int =
    when (remedy) {
        Remedy.HandOver -> R.string.shift_help_hand_over
        Remedy.Compare -> R.string.shift_help_compare
        Remedy.Enrol -> R.string.home_enrol
        Remedy.Again -> R.string.shift_again
        Remedy.BatteryPage -> R.string.shift_help_battery
        Remedy.BatterySaverPage -> R.string.shift_help_saver
        Remedy.LocationPage -> R.string.shift_help_location
        Remedy.DatePage -> R.string.shift_help_date
        Remedy.AppPage -> R.string.scan_open_settings
        Remedy.NotificationsPage -> R.string.shift_help_notifications
        Remedy.BackgroundPage -> R.string.settings_stay_awake
    }
