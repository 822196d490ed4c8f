package cn.quanji.recorder.capture

import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CaptureRequest
import android.media.Image
import android.media.ImageReader
import android.os.Handler
import android.graphics.ImageFormat
import cn.quanji.recorder.core.Asked
import cn.quanji.recorder.core.FrameDoor
import java.nio.Buffer

/** One opening of the camera, with the encoder, the small picture that is watched and the still: a take's worth. Used on the camera's thread. */
class CameraTake(
    private val asked: Asked.Picture,
    door: FrameDoor,
    private val rotation: Int,
    clock: MonoClock,
    private val handler: Handler,
    /** Who wants to see what the camera sees; null mostly. */
    private val watcher: () -> ((Glimpse) -> Unit)?,
    private val told: (CameraTake, PictureSays) -> Unit,
) : CameraDevice.StateCallback() {
    private val encoder = PictureEncoder(asked, door, clock, handler) { told(this, it) }
    private val small = ImageReader.newInstance(SMALL_WIDTH, SMALL_HEIGHT, ImageFormat.YUV_420_888, 2)
    private val still = ImageReader.newInstance(asked.width, asked.height, ImageFormat.JPEG, 2)
    private val plane = ByteArray(SMALL_WIDTH * SMALL_HEIGHT)
    private var device: CameraDevice? = null
    private var session: CameraCaptureSession? = null
    private var isOver = false
    private var seenAtMs = 0L
    private var shownAtMs = 0L

    init {
        small.setOnImageAvailableListener({ reader -> reader.acquireLatestImage()?.use(::look) }, handler)
        still.setOnImageAvailableListener({ reader -> reader.acquireNextImage()?.use(::photo) }, handler)
    }

    fun go() = encoder.go()

    override fun onOpened(camera: CameraDevice) {
        if (isOver) return camera.close()
        device = camera
        orGone {
            @Suppress("DEPRECATION") // Its successor needs API 28.
            camera.createCaptureSession(listOf(encoder.surface, small.surface, still.surface), configured, handler)
        }
    }

    override fun onDisconnected(camera: CameraDevice) = told(this, PictureSays.CameraGone(true))

    override fun onError(camera: CameraDevice, error: Int) = told(this, PictureSays.CameraGone(true))

    fun takePhoto() {
        val device = device
        val session = session
        if (device == null || session == null) return told(this, PictureSays.NoPhoto)
        try {
            val request = device.createCaptureRequest(CameraDevice.TEMPLATE_VIDEO_SNAPSHOT)
            request.addTarget(still.surface)
            request.addTarget(encoder.surface)
            request.set(CaptureRequest.JPEG_ORIENTATION, rotation)
            session.capture(request.build(), null, handler)
        } catch (_: CameraAccessException) {
            told(this, PictureSays.NoPhoto)
        } catch (_: IllegalStateException) {
            told(this, PictureSays.NoPhoto)
        }
    }

    fun close() {
        isOver = true
        device?.close()
        encoder.close()
        small.close()
        still.close()
    }

    private val configured = object : CameraCaptureSession.StateCallback() {
        override fun onConfigured(configured: CameraCaptureSession) {
            val device = device
            if (isOver || device == null) return
            session = configured
            orGone {
                val request = device.createCaptureRequest(CameraDevice.TEMPLATE_RECORD)
                request.addTarget(encoder.surface)
                request.addTarget(small.surface)
                configured.setRepeatingRequest(request.build(), null, handler)
            }
        }

        override fun onConfigureFailed(configured: CameraCaptureSession) = told(this@CameraTake, PictureSays.CameraGone(true))
    }

    private fun look(image: Image) {
        val nowMs = image.timestamp / 1_000_000
        val seen = watcher()?.takeIf { nowMs - shownAtMs >= SHOW_EVERY_MS }
        val isDue = nowMs - seenAtMs >= LOOK_EVERY_MS
        if (!isDue && seen == null) return
        val luma = image.planes[0]
        for (row in 0 until SMALL_HEIGHT) {
            // As a Buffer: what Java 9 gave the ByteBuffer of its own is not on older phones.
            (luma.buffer as Buffer).position(row * luma.rowStride)
            luma.buffer.get(plane, row * SMALL_WIDTH, SMALL_WIDTH)
        }
        if (isDue) {
            seenAtMs = nowMs
            told(this, PictureSays.Luma(plane.copyOf(), SMALL_WIDTH))
        }
        if (seen != null) {
            shownAtMs = nowMs
            seen(Glimpse(plane.copyOf(), SMALL_WIDTH, SMALL_HEIGHT, rotation / QUARTER_DEGREES))
        }
    }

    private fun photo(image: Image) {
        val bytes = image.planes[0].buffer
        val jpeg = ByteArray(bytes.remaining()).also(bytes::get)
        told(this, PictureSays.Photo(jpeg, image.width, image.height))
    }

    private fun orGone(act: () -> Unit) =
        try {
            act()
        } catch (_: CameraAccessException) {
            told(this, PictureSays.CameraGone(true))
        } catch (_: IllegalStateException) {
            // The device was closed under it.
            told(this, PictureSays.CameraGone(true))
        }

    private companion object {
        const val SMALL_WIDTH = 320
        const val SMALL_HEIGHT = 240
        const val LOOK_EVERY_MS = 1_000L
        const val SHOW_EVERY_MS = 150L
        const val QUARTER_DEGREES = 90
    }
}
