package cn.quanji.recorder.core

/** What a check before duty (班前检查, 第十三条) measured; null is what could not be. It is kept, and counts for its day. */
data class ShiftCheck(
    val atMs: Long,
    val batteryPercent: Int?,
    val isCharging: Boolean?,
    /** How long the room lasts at the quality that a recording would begin with. */
    val secondsLeft: Long?,
    val camera: Delivers?,
    val microphone: Delivers?,
    /** The phone's clock minus the agency's. */
    val clockOffsetMs: Long?,
    /** How long before the check the agency last said what time it was. */
    val heardAgoMs: Long?,
    val located: Located?,
    val warmth: Warmth?,
    val savesBattery: Boolean?,
    /** What of it is worth a word, by the core. */
    val notes: List<CheckNote>,
    val thresholds: CheckThresholds,
)

/** From where on a value is worth a word; `Agencys` where the agency's rule is stricter than the app's own. */
data class CheckThresholds(
    val batteryPercent: Int,
    val isBatteryAgencys: Boolean,
    val secondsLeft: Long,
    val isSpaceAgencys: Boolean,
    val clockOffsetMs: Long,
    val isClockAgencys: Boolean,
)

/** Whether a source really delivered. */
enum class Delivers { Delivering, Absent, Failed }

/** How hot the phone says it is. */
enum class Warmth { Normal, Warm, Hot }

/** What camera and microphone gave while they were tried; null was not tried. What it means is the core's to say. */
data class Tried(val pictures: Int?, val sound: Sound?) {
    /** [samples] of 16 kHz; [loudest] whatever its sign. */
    data class Sound(val samples: Int, val loudest: Int)
}

/** Checks before duty. */
interface ShiftChecks {
    /** The last of today; null where none was done, or the vault is closed. */
    fun today(): ShiftCheck?

    /** Measures, within two seconds, and keeps what it found. Cancelled, camera and microphone are given back at once. */
    suspend fun measure(): CheckDone
}

sealed interface CheckDone {
    data class Of(val check: ShiftCheck) : CheckDone

    /** A record runs, or began meanwhile: it has camera and microphone, and is not disturbed. */
    data object Recording : CheckDone

    data class Not(val trouble: Trouble) : CheckDone
}
