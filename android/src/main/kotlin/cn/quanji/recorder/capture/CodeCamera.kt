package cn.quanji.recorder.capture

import android.graphics.ImageFormat
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CaptureRequest
import android.media.Image
import android.media.ImageReader
import android.os.Handler
import android.util.Size
import android.view.Surface
import cn.quanji.recorder.core.CodeReader
import cn.quanji.recorder.core.TexturePane
import java.nio.Buffer
import java.util.concurrent.Executor
import java.util.concurrent.atomic.AtomicBoolean

/** One opening of the camera that looks for codes. Used on the camera's thread; pictures are judged on [judging], one at a time. */
class CodeCamera(
    characteristics: CameraCharacteristics,
    pane: TexturePane,
    private val reader: CodeReader,
    private val handler: Handler,
    /** Not the camera's own thread: a record that begins does not wait until a picture is judged. */
    private val judging: Executor,
    private val told: (CodeCamera, FinderSays) -> Unit,
) : CameraDevice.StateCallback() {
    private val size = size(characteristics)
    private val shown = pane.texture.apply { setDefaultBufferSize(size.width, size.height) }.let(::Surface)
    private val pictures = ImageReader.newInstance(size.width, size.height, ImageFormat.YUV_420_888, 2)
    private val isJudging = AtomicBoolean()
    private var brightness = ByteArray(0)
    private var device: CameraDevice? = null
    private var judgedAtNs = 0L
    private var isOver = false

    init {
        pictures.setOnImageAvailableListener({ of -> if (!isOver) of.acquireLatestImage()?.use(::look) }, handler)
    }

    override fun onOpened(camera: CameraDevice) {
        if (isOver) return camera.close()
        device = camera
        orNone {
            @Suppress("DEPRECATION") // Its successor needs API 28.
            camera.createCaptureSession(listOf(shown, pictures.surface), configured, handler)
        }
    }

    override fun onDisconnected(camera: CameraDevice) = told(this, FinderSays.NoCamera)

    override fun onError(camera: CameraDevice, error: Int) = told(this, FinderSays.NoCamera)

    fun close() {
        isOver = true
        device?.close()
        pictures.close()
        shown.release()
    }

    private val configured = object : CameraCaptureSession.StateCallback() {
        override fun onConfigured(configured: CameraCaptureSession) {
            val device = device
            if (isOver || device == null) return
            orNone {
                val request = device.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW)
                request.addTarget(shown)
                request.addTarget(pictures.surface)
                request.set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
                configured.setRepeatingRequest(request.build(), null, handler)
                told(this@CodeCamera, FinderSays.Looks)
            }
        }

        override fun onConfigureFailed(configured: CameraCaptureSession) = told(this@CodeCamera, FinderSays.NoCamera)
    }

    private fun look(image: Image) {
        if (image.timestamp - judgedAtNs < EVERY_NS || !isJudging.compareAndSet(false, true)) return
        judgedAtNs = image.timestamp
        val plane = image.planes[0]
        // As a Buffer: what Java 9 gave the ByteBuffer of its own is not on older phones.
        (plane.buffer as Buffer).position(0)
        val length = plane.buffer.remaining()
        if (brightness.size != length) brightness = ByteArray(length)
        plane.buffer.get(brightness)
        val (width, height, stride) = Triple(image.width, image.height, plane.rowStride)
        judging.execute {
            try {
                reader.read(brightness, width, height, stride)?.let { told(this, FinderSays.Read(it)) }
            } finally {
                isJudging.set(false)
            }
        }
    }

    private fun orNone(act: () -> Unit) =
        try {
            act()
        } catch (_: CameraAccessException) {
            told(this, FinderSays.NoCamera)
        } catch (_: IllegalStateException) {
            // The device was closed under it.
            told(this, FinderSays.NoCamera)
        } catch (_: IllegalArgumentException) {
            // The pane went away while the camera opened.
            told(this, FinderSays.NoCamera)
        }

    private companion object {
        /** Four in a second: a hand that holds a phone over a code does not notice more. */
        const val EVERY_NS = 250_000_000L
        const val WIDTH = 1280
        const val HEIGHT = 720

        /** The largest that is no larger than [WIDTH] × [HEIGHT]: a code of the size of a hand is sharp in it, and it is judged at once. */
        fun size(of: CameraCharacteristics): Size {
            val sizes = of.get(CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP)?.getOutputSizes(ImageFormat.YUV_420_888).orEmpty()
            return sizes.filter { it.width <= WIDTH && it.height <= HEIGHT }.maxByOrNull { it.width * it.height } ?: Size(WIDTH, HEIGHT)
        }
    }
}
