package cn.quanji.recorder.capture

import android.media.MediaCodec
import android.media.MediaCodecInfo.CodecCapabilities.COLOR_FormatSurface
import android.media.MediaFormat
import android.os.Bundle
import android.os.Handler
import android.view.Surface
import cn.quanji.recorder.core.Asked
import cn.quanji.recorder.core.Coding
import cn.quanji.recorder.core.FrameDoor
import cn.quanji.recorder.core.PictureFormat
import cn.quanji.recorder.core.Track
import java.io.IOException
import java.nio.ByteBuffer

/** The phone's encoder of pictures, fed by a surface. Its callbacks come on [handler]'s thread, and the platform's `BufferInfo` is the only thing they bring. */
class PictureEncoder(
    private val asked: Asked.Picture,
    door: FrameDoor,
    clock: MonoClock,
    private val handler: Handler,
    private val told: (PictureSays) -> Unit,
) : MediaCodec.Callback(), EncoderOutput {
    private val gate = UnitGate(Track.Video, door, clock, this)
    private val codec: MediaCodec
    val surface: Surface
    private var isOver = false
    private val keyFrame = Bundle().apply { putInt(MediaCodec.PARAMETER_KEY_REQUEST_SYNC_FRAME, 0) }

    init {
        val codec = try {
            when (asked.coding) {
                Coding.H264 -> MediaCodec.createEncoderByType(MediaFormat.MIMETYPE_VIDEO_AVC)
                Coding.Hevc -> MediaCodec.createByCodecName(checkNotNull(hevcEncoderFor(asked)))
            }
        } catch (fault: IOException) {
            throw IllegalStateException(fault)
        }
        try {
            codec.setCallback(this, handler)
            codec.configure(format(), null, null, MediaCodec.CONFIGURE_FLAG_ENCODE)
            surface = codec.createInputSurface()
            codec.start()
        } catch (fault: IllegalArgumentException) {
            codec.release()
            throw IllegalStateException(fault)
        } catch (fault: IllegalStateException) {
            codec.release()
            throw fault
        }
        this.codec = codec
    }

    fun go() = gate.open()

    fun close() {
        if (isOver) return
        isOver = true
        codec.release()
        surface.release()
    }

    override fun onOutputFormatChanged(codec: MediaCodec, format: MediaFormat) {
        if (isOver) return
        told(PictureSays.Format(PictureFormat(asked.coding, bytes(format, "csd-0") + bytes(format, "csd-1"))))
    }

    override fun onOutputBufferAvailable(codec: MediaCodec, index: Int, info: MediaCodec.BufferInfo) {
        if (isOver) return
        gate.onUnit(index, info.offset, info.size, info.presentationTimeUs, info.flags)
    }

    override fun onInputBufferAvailable(codec: MediaCodec, index: Int) = Unit

    override fun onError(codec: MediaCodec, fault: MediaCodec.CodecException) {
        if (!isOver) told(PictureSays.EncoderFailed)
    }

    override fun buffer(index: Int): ByteBuffer = codec.getOutputBuffer(index)!!

    override fun release(index: Int) = codec.releaseOutputBuffer(index, false)

    override fun makeKeyFrame() = codec.setParameters(keyFrame)

    private fun format() = MediaFormat.createVideoFormat(mime(), asked.width, asked.height).apply {
        setInteger(MediaFormat.KEY_COLOR_FORMAT, COLOR_FormatSurface)
        setInteger(MediaFormat.KEY_BIT_RATE, asked.bitsASecond)
        setInteger(MediaFormat.KEY_FRAME_RATE, asked.framesASecond)
        // A segment begins with a key frame, and a second is the most that a kill may cost a player.
        setInteger(MediaFormat.KEY_I_FRAME_INTERVAL, 1)
        // Asked off from API 29 on, passed over before; what comes all the same is written in its true order.
        setInteger("max-bframes", 0)
        setInteger(MediaFormat.KEY_PRIORITY, REAL_TIME)
    }

    private fun mime() =
        when (asked.coding) {
            Coding.H264 -> MediaFormat.MIMETYPE_VIDEO_AVC
            Coding.Hevc -> MediaFormat.MIMETYPE_VIDEO_HEVC
        }

    private fun bytes(format: MediaFormat, key: String): ByteArray {
        val buffer = format.getByteBuffer(key) ?: return ByteArray(0)
        return ByteArray(buffer.remaining()).also { buffer.duplicate().get(it) }
    }

    private companion object {
        const val REAL_TIME = 0
    }
}
