package cn.quanji.recorder.core

/** What the check before recording found worth saying (第十三条). None of it keeps anyone from recording. */
enum class CheckNote {
    BatteryLow,
    SpaceLow,
    CameraNotDelivering,
    MicrophoneNotDelivering,
    ClockOff,
    ClockUnchecked,
    NoLocation,
    LocationDenied,
    BatterySaver,
    Hot,
}

/** Whether the place can be measured. */
enum class Located { Fix, None, Denied }

/** What the phone measures of itself for the check; null is what it does not say. Whether camera and microphone deliver, the core knows. */
data class Checked(
    val batteryPercent: Int?,
    val isCharging: Boolean?,
    val heat: Heat?,
    val located: Located,
    val savesBattery: Boolean,
    val freeBytes: Long,
)
