package cn.quanji.recorder.testing

import android.graphics.ImageFormat
import android.graphics.SurfaceTexture
import android.media.Image
import android.media.ImageReader
import android.os.Handler
import android.view.Surface
import java.nio.ByteBuffer
import java.util.concurrent.CopyOnWriteArrayList
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.shadow.api.Shadow

/** A reader of pictures that the test takes. Robolectric's own has no planes. */
@Implements(ImageReader::class)
class PlayedReader {
    var format = 0
        private set
    private lateinit var out: Surface
    private var listener: ImageReader.OnImageAvailableListener? = null
    private var handler: Handler? = null
    private val waiting = ArrayDeque<TakenImage>()
    var isClosed = false
        private set

    fun bring(image: TakenImage, of: ImageReader) {
        waiting += image
        handler!!.post { listener!!.onImageAvailable(of) }
    }

    @Implementation
    fun getSurface(): Surface = out

    @Implementation
    fun setOnImageAvailableListener(listener: ImageReader.OnImageAvailableListener?, handler: Handler?) {
        this.listener = listener
        this.handler = handler
    }

    @Implementation
    fun acquireLatestImage(): Image? {
        val latest = waiting.removeLastOrNull()
        waiting.clear()
        return latest
    }

    @Implementation
    fun acquireNextImage(): Image? = waiting.removeFirstOrNull()

    @Implementation
    fun close() {
        isClosed = true
        PlayedCodec.order += "reader"
    }

    companion object {
        val all: MutableList<Pair<ImageReader, PlayedReader>> = CopyOnWriteArrayList()

        /** The reader of that format that was made last. */
        fun bring(format: Int, image: TakenImage) {
            val (real, played) = all.last { it.second.format == format }
            played.bring(image, real)
        }

        @JvmStatic
        @Implementation
        fun newInstance(@Suppress("unused") width: Int, @Suppress("unused") height: Int, format: Int, @Suppress("unused") most: Int): ImageReader {
            val reader = Shadow.newInstanceOf(ImageReader::class.java)
            val played = Shadow.extract<PlayedReader>(reader)
            played.format = format
            played.out = Surface(SurfaceTexture(0))
            all += reader to played
            return reader
        }
    }
}

/** A picture of one plane. */
class TakenImage(private val wide: Int, private val high: Int, private val stride: Int, private val bytes: ByteArray, private val atNs: Long) : Image() {
    var isGivenBack = false
        private set

    override fun getFormat() = ImageFormat.YUV_420_888

    override fun getWidth() = wide

    override fun getHeight() = high

    override fun getTimestamp() = atNs

    override fun getTransform() = 0

    override fun getScalingMode() = 0

    override fun getPlanes(): Array<Plane> = arrayOf(
        object : Plane() {
            override fun getRowStride() = stride

            override fun getPixelStride() = 1

            override fun getBuffer(): ByteBuffer = ByteBuffer.wrap(bytes)
        }
    )

    override fun close() {
        isGivenBack = true
    }
}
