package cn.quanji.recorder.ui

import cn.quanji.recorder.R
import cn.quanji.recorder.core.CheckNote

/** What a check found worth saying. */
fun words(note: CheckNote): Int =
    when (note) {
        CheckNote.BatteryLow -> R.string.preflight_battery_low
        CheckNote.SpaceLow -> R.string.preflight_space_low
        CheckNote.CameraNotDelivering -> R.string.preflight_camera
        CheckNote.MicrophoneNotDelivering -> R.string.preflight_microphone
        CheckNote.ClockOff -> R.string.preflight_clock_off
        CheckNote.ClockUnchecked -> R.string.preflight_clock_unchecked
        CheckNote.NoLocation -> R.string.preflight_no_location
        CheckNote.LocationDenied -> R.string.preflight_location_denied
        CheckNote.BatterySaver -> R.string.preflight_battery_saver
        CheckNote.Hot -> R.string.preflight_hot
        CheckNote.CameraDenied -> R.string.preflight_camera_denied
        CheckNote.MicrophoneDenied -> R.string.preflight_microphone_denied
        CheckNote.NotificationsDenied -> R.string.preflight_notifications_denied
        CheckNote.BackgroundRestricted -> R.string.preflight_background_restricted
    }
