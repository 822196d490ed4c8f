package cn.quanji.recorder.recording

import cn.quanji.recorder.R

/** What a preset of a reason is called, on the screen and in the record. */
val ReasonPreset.words: Int
    get() =
        when (this) {
            ReasonPreset.PhoneCall -> R.string.reason_phone_call
            ReasonPreset.DeviceFault -> R.string.reason_device_fault
            ReasonPreset.Weather -> R.string.reason_weather
            ReasonPreset.Obstructed -> R.string.reason_obstructed
            ReasonPreset.Other -> R.string.reason_other
        }
