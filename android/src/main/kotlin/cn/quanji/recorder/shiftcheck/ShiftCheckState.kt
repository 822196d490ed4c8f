package cn.quanji.recorder.shiftcheck

import cn.quanji.recorder.core.CheckNote
import cn.quanji.recorder.core.Delivers
import cn.quanji.recorder.core.Located
import cn.quanji.recorder.core.ShiftCheck
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.core.Warmth

/** The check before duty (班前检查): it measures when the page is opened, and asks nothing. */
sealed interface ShiftCheckState {
    /** [earlier]: the last check of today, shown meanwhile. */
    data class Measuring(val earlier: Shown?) : ShiftCheckState

    data class Shown(val atMs: Long, val nowMs: Long, val lines: List<CheckLine>) : ShiftCheckState {
        val notes: Int get() = lines.count { it.note != null }
    }

    /** A record runs: camera and microphone are its own. */
    data object Recording : ShiftCheckState

    data class Closed(val trouble: Trouble) : ShiftCheckState
}

/** One thing that was looked at: its value, from where on it is worth a word, and what then helps. */
data class CheckLine(val subject: CheckSubject, val value: CheckValue, val threshold: CheckThreshold?, val note: CheckNote?, val remedy: Remedy?)

enum class CheckSubject { Battery, Space, Heat, BatterySaver, Location, Clock, Camera, Microphone, CameraPermission, MicrophonePermission, Notifications, Background }

sealed interface CheckValue {
    data object NotMeasured : CheckValue

    data class Battery(val percent: Int, val isCharging: Boolean) : CheckValue

    data class Lasts(val seconds: Long) : CheckValue

    data class Heat(val warmth: Warmth) : CheckValue

    data class Saver(val isOn: Boolean) : CheckValue

    /** Null: it is on, and a fix takes longer than a check. */
    data class Place(val located: Located?) : CheckValue

    /** Phone minus agency, by the exchange of [heardAgoMs] before. */
    data class Clock(val offsetMs: Long, val heardAgoMs: Long?) : CheckValue

    /** Nothing was heard of the agency since the phone was started. */
    data object ClockNotCompared : CheckValue

    data class Source(val delivers: Delivers) : CheckValue

    data class Permission(val isGiven: Boolean) : CheckValue
}

/** [isAgencys]: the agency's rule, because it is stricter. */
sealed interface CheckThreshold {
    val isAgencys: Boolean

    data class Percent(val least: Int, override val isAgencys: Boolean) : CheckThreshold

    data class Seconds(val least: Long, override val isAgencys: Boolean) : CheckThreshold

    data class Offset(val mostMs: Long, override val isAgencys: Boolean) : CheckThreshold
}

/** What helps. */
enum class Remedy {
    /** Handed over, records make room. */
    HandOver,

    /** The agency is asked what time it is. */
    Compare,
    Enrol,
    Again,
    BatteryPage,
    BatterySaverPage,
    LocationPage,
    DatePage,
    AppPage,
    NotificationsPage,
    BackgroundPage,
}

sealed interface ShiftCheckEvent {
    /** The page came to the front, or a minute passed. */
    data object Looked : ShiftCheckEvent

    data object Again : ShiftCheckEvent

    data class Help(val remedy: Remedy) : ShiftCheckEvent

    data object BackToRecording : ShiftCheckEvent
}

/** A check line by line, as the core judged it. */
internal fun linesOf(check: ShiftCheck, isEnrolled: Boolean): List<CheckLine> {
    val thresholds = check.thresholds
    fun line(subject: CheckSubject, value: CheckValue?, threshold: CheckThreshold?, vararg notes: CheckNote): CheckLine {
        val note = notes.find { it in check.notes }
        return CheckLine(subject, value ?: CheckValue.NotMeasured, threshold, note, note?.let { remedyFor(it, check.notes, isEnrolled) })
    }
    fun permission(subject: CheckSubject, note: CheckNote) = line(subject, CheckValue.Permission(note !in check.notes), null, note)
    return listOf(
        line(
            CheckSubject.Battery,
            check.batteryPercent?.let { CheckValue.Battery(it, check.isCharging == true) },
            CheckThreshold.Percent(thresholds.batteryPercent, thresholds.isBatteryAgencys),
            CheckNote.BatteryLow,
        ),
        line(CheckSubject.Space, check.secondsLeft?.let(CheckValue::Lasts), CheckThreshold.Seconds(thresholds.secondsLeft, thresholds.isSpaceAgencys), CheckNote.SpaceLow),
        line(
            CheckSubject.Clock,
            check.clockOffsetMs?.let { CheckValue.Clock(it, check.heardAgoMs) } ?: CheckValue.ClockNotCompared,
            CheckThreshold.Offset(thresholds.clockOffsetMs, thresholds.isClockAgencys),
            CheckNote.ClockOff,
            CheckNote.ClockUnchecked,
        ),
        line(CheckSubject.Camera, check.camera?.let(CheckValue::Source), null, CheckNote.CameraNotDelivering),
        line(CheckSubject.Microphone, check.microphone?.let(CheckValue::Source), null, CheckNote.MicrophoneNotDelivering),
        line(CheckSubject.Location, CheckValue.Place(check.located), null, CheckNote.NoLocation, CheckNote.LocationDenied),
        line(CheckSubject.Heat, check.warmth?.let(CheckValue::Heat), null, CheckNote.Hot),
        line(CheckSubject.BatterySaver, check.savesBattery?.let(CheckValue::Saver), null, CheckNote.BatterySaver),
        permission(CheckSubject.CameraPermission, CheckNote.CameraDenied),
        permission(CheckSubject.MicrophonePermission, CheckNote.MicrophoneDenied),
        permission(CheckSubject.Notifications, CheckNote.NotificationsDenied),
        permission(CheckSubject.Background, CheckNote.BackgroundRestricted),
    )
}

private fun remedyFor(note: CheckNote, all: List<CheckNote>, isEnrolled: Boolean): Remedy =
    when (note) {
        CheckNote.BatteryLow -> Remedy.BatteryPage
        CheckNote.SpaceLow -> Remedy.HandOver
        // What is not permitted cannot deliver, however often it is tried.
        CheckNote.CameraNotDelivering -> if (CheckNote.CameraDenied in all) Remedy.AppPage else Remedy.Again
        CheckNote.MicrophoneNotDelivering -> if (CheckNote.MicrophoneDenied in all) Remedy.AppPage else Remedy.Again
        CheckNote.ClockOff -> Remedy.DatePage
        CheckNote.ClockUnchecked -> if (isEnrolled) Remedy.Compare else Remedy.Enrol
        CheckNote.NoLocation -> Remedy.LocationPage
        CheckNote.LocationDenied, CheckNote.CameraDenied, CheckNote.MicrophoneDenied -> Remedy.AppPage
        CheckNote.BatterySaver -> Remedy.BatterySaverPage
        CheckNote.Hot -> Remedy.Again
        CheckNote.NotificationsDenied -> Remedy.NotificationsPage
        CheckNote.BackgroundRestricted -> Remedy.BackgroundPage
    }
