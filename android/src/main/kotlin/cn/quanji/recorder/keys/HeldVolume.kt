package cn.quanji.recorder.keys

import cn.quanji.recorder.capture.Lane
import cn.quanji.recorder.core.Key

/**
 * Presses of the volume keys while the screen is off: the platform tells of steps up and down, and not of fingers.
 *
 * A key that is held makes a step every few hundredths of a second; when they stop it was let go, whether the platform says so (a step of 0) or not.
 */
class HeldVolume(private val lane: Lane, private val tell: (Key, isDown: Boolean) -> Unit) {
    private var held: Key? = null

    fun onStep(direction: Int) {
        lane.forgetLater()
        val key = when {
            direction > 0 -> Key.VolumeUp
            direction < 0 -> Key.VolumeDown
            else -> null
        }
        if (key != held) {
            letGo()
            held = key
            if (key != null) tell(key, true)
        }
        if (key != null) lane.runIn(LET_GO_MS, ::letGo)
    }

    private fun letGo() {
        held?.let { tell(it, false) }
        held = null
    }

    private companion object {
        /** Longer than a pause between two steps, the first and longest of which is half a second. */
        const val LET_GO_MS = 650L
    }
}
