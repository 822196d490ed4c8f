package cn.quanji.recorder.recording

import cn.quanji.recorder.core.PictureFormat
import cn.quanji.recorder.core.SoundFormat

/**
 * When a take's format is laid: once every track that is awaited has given its own, or patience is over. A track that comes later begins another take;
 * until then the encoders keep their units.
 */
class TakeLayer {
    private var picture: Track<PictureFormat> = Track.Absent
    private var sound: Track<SoundFormat> = Track.Absent
    private var laid: Laid? = null

    /** Both tracks of a take; null is not in it. */
    data class Laid(val video: PictureFormat?, val audio: SoundFormat?) {
        override fun equals(other: Any?) = other is Laid && other.video === video && other.audio === audio

        override fun hashCode() = System.identityHashCode(video) * 31 + System.identityHashCode(audio)
    }

    val hasPicture: Boolean
        get() = laid?.video != null

    val hasSound: Boolean
        get() = laid?.audio != null

    private sealed interface Track<out T> {
        data object Absent : Track<Nothing>

        data object Awaited : Track<Nothing>

        class Here<T>(val format: T) : Track<T>
    }

    fun awaitPicture() {
        picture = Track.Awaited
    }

    fun awaitSound() {
        sound = Track.Awaited
    }

    fun picture(format: PictureFormat) {
        picture = Track.Here(format)
    }

    fun sound(format: SoundFormat) {
        sound = Track.Here(format)
    }

    fun pictureGone() {
        picture = Track.Absent
    }

    fun soundGone() {
        sound = Track.Absent
    }

    /** What is to be laid now; null while a track is still awaited, or nothing changed. */
    fun next(isPatienceOver: Boolean): Laid? {
        if (!isPatienceOver && (picture is Track.Awaited || sound is Track.Awaited)) return null
        val next = Laid((picture as? Track.Here)?.format, (sound as? Track.Here)?.format)
        if (next == laid || next == NOTHING) return null
        laid = next
        return next
    }

    private companion object {
        val NOTHING = Laid(null, null)
    }
}
