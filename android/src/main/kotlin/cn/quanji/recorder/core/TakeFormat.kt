package cn.quanji.recorder.core

/** What the encoders gave as codec configuration: all that follows is of this format. Null is a track that is not there. */
class TakeFormat(val video: ByteArray?, val audio: SoundFormat?, val rotationDegrees: Int, val clock: CameraClock)

/** [config] is `csd-0` of the AAC encoder; [primingSamples] are those it makes up at its start. */
class SoundFormat(val config: ByteArray, val primingSamples: Int)

/** The clock that a camera or a microphone says it stamps with; the core looks whether that is so. */
enum class ClockBase { Elapsed, Monotonic, Unknown }

/** [sleptUs] is how far the clock that counts sleep is ahead of the one that does not. */
data class CameraClock(val base: ClockBase, val sleptUs: Long)
