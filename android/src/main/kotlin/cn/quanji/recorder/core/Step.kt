package cn.quanji.recorder.core

/** How good the recording is, from least to best. */
enum class Step { SoundOnly, Hd, FullHd }

/** How pictures are coded. */
enum class Coding { H264, Hevc }

/** What keeps a step from being better. */
enum class StepLimit { Policy, Heat, Battery, Camera }

/** `PowerManager.getCurrentThermalStatus`, in its order. */
enum class Heat { None, Light, Moderate, Severe, Critical, Emergency, Shutdown }

/** What the phone is like now, as far as quality goes. */
data class Conditions(val heat: Heat, val batteryPercent: Int, val isCharging: Boolean, val hasCamera: Boolean)

/** What is to be recorded where nothing holds it down: the agency's word, and where it has none, the officer's choice. */
data class Wanted(val best: Step, val hevcAt: List<Step>, val hdBits: Long, val fullHdBits: Long)

/** What the agency decides of quality, in place of the officer; null where the officer chooses. */
data class AgencyQuality(val best: Step?, val isHevc: Boolean?)

/** A step, and what the encoder of the picture is asked for; null for sound alone. */
data class Asked(val step: Step, val because: StepLimit, val picture: Picture?, val bytesASecond: Long) {
    data class Picture(val coding: Coding, val width: Int, val height: Int, val framesASecond: Int, val bitsASecond: Int)
}

/** How long it can go on; null while it is charged. */
data class Lasts(val spaceS: Long, val batteryS: Long?)
