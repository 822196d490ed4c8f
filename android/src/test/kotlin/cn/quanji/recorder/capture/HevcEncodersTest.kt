package cn.quanji.recorder.capture

import android.media.MediaCodecInfo
import android.media.MediaCodecInfo.CodecCapabilities.COLOR_FormatSurface
import android.media.MediaCodecInfo.CodecCapabilities.COLOR_FormatYUV420Flexible
import android.media.MediaFormat
import cn.quanji.recorder.core.Asked
import cn.quanji.recorder.core.Coding
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.shadows.MediaCodecInfoBuilder
import org.robolectric.shadows.ShadowMediaCodecList

@RunWith(RobolectricTestRunner::class)
class HevcEncodersTest {
    private val picture = Asked.Picture(Coding.Hevc, 1920, 1080, 25, 2_400_000)

    @After
    fun forget() = ShadowMediaCodecList.reset()

    @Test
    fun `a phone without one says so`() {
        add("c2.vendor.avc.encoder", MediaFormat.MIMETYPE_VIDEO_AVC)
        assertNull(hevcEncoderFor(picture))
    }

    @Test
    fun `one in software is none`() {
        add("c2.android.hevc.encoder", isInChip = false)
        assertNull(hevcEncoderFor(picture))
    }

    @Test
    fun `one in the chip is taken, and not one in software before it`() {
        add("c2.android.hevc.encoder", isInChip = false)
        add("c2.vendor.hevc.encoder")
        assertEquals("c2.vendor.hevc.encoder", hevcEncoderFor(picture))
    }

    @Test
    fun `one that cannot be fed by a camera is none`() {
        add("c2.vendor.hevc.encoder", colour = COLOR_FormatYUV420Flexible)
        assertNull(hevcEncoderFor(picture))
    }

    @Test
    fun `one for smaller pictures is none for large ones`() {
        add("c2.vendor.hevc.encoder", width = 1280, height = 720)
        assertNull(hevcEncoderFor(picture))
        assertEquals("c2.vendor.hevc.encoder", hevcEncoderFor(picture.copy(width = 1280, height = 720)))
    }

    private fun add(
        name: String,
        mime: String = MediaFormat.MIMETYPE_VIDEO_HEVC,
        isInChip: Boolean = true,
        colour: Int = COLOR_FormatSurface,
        width: Int = 3840,
        height: Int = 2160,
    ) {
        val most = MediaFormat.createVideoFormat(mime, width, height).apply {
            setString("size-range", "64x64-${width}x$height")
            setString("frame-rate-range", "1-60")
            setString("bitrate-range", "1-40000000")
        }
        val can = MediaCodecInfoBuilder.CodecCapabilitiesBuilder.newBuilder()
            .setMediaFormat(most)
            .setIsEncoder(true)
            .setColorFormats(intArrayOf(colour))
            .setProfileLevels(arrayOf(level(mime)))
            .build()
        ShadowMediaCodecList.addCodec(
            MediaCodecInfoBuilder.newBuilder().setName(name).setIsEncoder(true).setIsHardwareAccelerated(isInChip).setCapabilities(can).build()
        )
    }

    private fun level(mime: String) = MediaCodecInfo.CodecProfileLevel().apply {
        profile = if (mime == MediaFormat.MIMETYPE_VIDEO_HEVC) MediaCodecInfo.CodecProfileLevel.HEVCProfileMain else MediaCodecInfo.CodecProfileLevel.AVCProfileMain
        level = if (mime == MediaFormat.MIMETYPE_VIDEO_HEVC) MediaCodecInfo.CodecProfileLevel.HEVCMainTierLevel51 else MediaCodecInfo.CodecProfileLevel.AVCLevel51
    }
}
