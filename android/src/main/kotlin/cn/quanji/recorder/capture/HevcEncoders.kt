package cn.quanji.recorder.capture

import android.media.MediaCodecInfo
import android.media.MediaCodecInfo.CodecCapabilities.COLOR_FormatSurface
import android.media.MediaCodecList
import android.media.MediaFormat.MIMETYPE_VIDEO_HEVC
import android.os.Build
import cn.quanji.recorder.NewerApi
import cn.quanji.recorder.core.Asked

/** The name of an encoder that makes such pictures in HEVC in the phone's chip; null when there is none. One in software does not keep up with a camera. */
fun hevcEncoderFor(picture: Asked.Picture): String? =
    MediaCodecList(MediaCodecList.REGULAR_CODECS).codecInfos.firstOrNull { it.isEncoder && isInChip(it) && makes(it, picture) }?.name

private fun makes(encoder: MediaCodecInfo, picture: Asked.Picture): Boolean {
    if (encoder.supportedTypes.none { it.equals(MIMETYPE_VIDEO_HEVC, ignoreCase = true) }) return false
    val can = encoder.getCapabilitiesForType(MIMETYPE_VIDEO_HEVC)
    val pictures = can.videoCapabilities ?: return false
    return COLOR_FormatSurface in can.colorFormats &&
        pictures.areSizeAndRateSupported(picture.width, picture.height, picture.framesASecond.toDouble()) &&
        picture.bitsASecond in pictures.bitrateRange
}

private fun isInChip(encoder: MediaCodecInfo): Boolean =
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) isSaidToBeInChip(encoder) else SOFTWARE.none { encoder.name.startsWith(it, ignoreCase = true) }

@NewerApi
private fun isSaidToBeInChip(encoder: MediaCodecInfo) = encoder.isHardwareAccelerated

/** How Android's own, which run on the processor, are called. */
private val SOFTWARE = listOf("OMX.google.", "c2.android.")
