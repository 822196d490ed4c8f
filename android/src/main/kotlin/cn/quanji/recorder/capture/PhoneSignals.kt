package cn.quanji.recorder.capture

import cn.quanji.recorder.core.Checked
import cn.quanji.recorder.core.Conditions
import cn.quanji.recorder.core.Heat

/** What the phone measures of itself. */
interface PhoneSignals {
    /** [told] is called from any thread, until [stop]. */
    fun start(told: (PhoneSays) -> Unit)

    fun stop()

    /** As measured last; whether there is a camera is not asked here. */
    fun conditions(): Conditions

    /** Null where the phone does not say. */
    fun battery(): Battery?

    fun freeBytes(): Long

    /** All that the check before recording asks of a phone (第十三条). */
    fun checked(): Checked

    /** Whether the place could be asked for: permitted, and the phone's location is on. */
    fun isPlaceOn(): Boolean

    /** Whether camera and microphone are still permitted. */
    fun isPermitted(): Boolean
}

data class Battery(val percent: Int, val isCharging: Boolean)

sealed interface PhoneSays {
    data class Heated(val heat: Heat) : PhoneSays

    data class Battery(val percent: Int, val isCharging: Boolean) : PhoneSays

    data object ClockWasSet : PhoneSays

    /** Gravity along the long axis, thousandths of g. */
    data class Upright(val permille: Int) : PhoneSays

    data class Moved(val permille: Int) : PhoneSays

    /** From where the recording began. */
    data class Away(val metres: Long) : PhoneSays
}
