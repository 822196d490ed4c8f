package cn.quanji.recorder.capture

import cn.quanji.recorder.core.ClockBase
import cn.quanji.recorder.core.FrameDoor
import cn.quanji.recorder.core.SoundFormat

/** A microphone with an encoder behind it. What the detector of speech hears goes through the door by itself. */
interface SoundSource {
    /** Opens the microphone and the encoder; [told] is called from any thread. The encoder's units wait until [go]. */
    fun start(door: FrameDoor, told: (SoundSays) -> Unit)

    fun go()

    fun stop()
}

sealed interface SoundSays {
    class Format(val format: SoundFormat) : SoundSays

    /** At which instant the microphone heard which frame, once a second. */
    data class Heard(val frame: Long, val atUs: Long, val base: ClockBase) : SoundSays

    data object Reopened : SoundSays

    /** Another has the microphone's samples: a call. */
    data class Silenced(val isIt: Boolean) : SoundSays

    /** The detector has something to tell now. */
    data object Something : SoundSays

    data object Failed : SoundSays
}
