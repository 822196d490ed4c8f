package cn.quanji.recorder.core

/** What the encoders gave as codec configuration: all that follows is of this format. Null is a track that is not there. */
class TakeFormat(val video: PictureFormat?, val audio: SoundFormat?, val rotationDegrees: Int, val clock: CameraClock)

/** [parameterSets] are `csd-0` and `csd-1` of the encoder, one after the other; that of HEVC has only the first. */
class PictureFormat(val coding: Coding, val parameterSets: ByteArray)

/** [config] is `csd-0` of the AAC encoder; [primingSamples] are those it makes up at its start. */
class SoundFormat(val config: ByteArray, val primingSamples: Int)

/** The clock that a camera or a microphone says it stamps with; the core looks whether that is so. */
enum class ClockBase { Elapsed, Monotonic, Unknown }

/** [sleptUs] is how far the clock that counts sleep is ahead of the one that does not. */
data class CameraClock(val base: ClockBase, val sleptUs: Long)
