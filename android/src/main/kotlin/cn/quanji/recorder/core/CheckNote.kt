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
    CameraDenied,
    MicrophoneDenied,
    NotificationsDenied,
    BackgroundRestricted,
}

/** Whether the place can be measured. */
enum class Located { Fix, None, Denied }

/** What the phone's owner lets the app do; whether it may know the place stands in [Located]. */
data class Permitted(
    val camera: Boolean,
    val microphone: Boolean,
    val notifications: Boolean,
    /** That the system does not put the app to sleep. */
    val background: Boolean,
)

/** What the phone measures of itself for the check; null is what it does not say. Whether camera and microphone deliver, the core knows. */
data class Checked(
    val batteryPercent: Int?,
    val isCharging: Boolean?,
    val heat: Heat?,
    val located: Located?,
    val savesBattery: Boolean,
    val freeBytes: Long,
    val permitted: Permitted,
)
