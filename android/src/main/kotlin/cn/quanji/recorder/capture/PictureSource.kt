package cn.quanji.recorder.capture

import cn.quanji.recorder.core.Asked
import cn.quanji.recorder.core.CameraClock
import cn.quanji.recorder.core.FrameDoor
import cn.quanji.recorder.core.PictureFormat

/** A camera with an encoder behind it. */
interface PictureSource {
    /** How far its pictures must be turned clockwise to stand upright; fixed for a take. */
    val rotationDegrees: Int

    /** The clock its stamps are declared to be of. */
    val clock: CameraClock

    /** Opens the camera and the encoder; [told] is called from any thread. The encoder's units wait until [go]. */
    fun start(asked: Asked.Picture, door: FrameDoor, told: (PictureSays) -> Unit)

    /** The format is laid: what waits goes through the door, and what follows. */
    fun go()

    /** A still beside the film. */
    fun takePhoto()

    /** Gives camera and encoder back; it goes on telling when a camera that was gone is there again. */
    fun stop()

    /** The record is over. */
    fun close()
}

sealed interface PictureSays {
    class Format(val format: PictureFormat) : PictureSays

    data class CameraGone(val isIt: Boolean) : PictureSays

    data object EncoderFailed : PictureSays

    /** A small picture of brightness, about once a second. */
    class Luma(val plane: ByteArray, val width: Int) : PictureSays

    class Photo(val jpeg: ByteArray, val width: Int, val height: Int) : PictureSays

    data object NoPhoto : PictureSays
}
