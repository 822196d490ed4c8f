package cn.quanji.recorder.testing

import android.graphics.SurfaceTexture
import android.media.MediaCodec
import android.media.MediaCrypto
import android.media.MediaFormat
import android.os.Bundle
import android.os.Handler
import android.view.Surface
import java.io.IOException
import java.nio.ByteBuffer
import java.util.Collections
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.annotation.RealObject
import org.robolectric.shadow.api.Shadow
import org.robolectric.util.ReflectionHelpers
import org.robolectric.util.ReflectionHelpers.ClassParameter

/** An encoder that gives what the test says. Robolectric's own has no input surface, and no picture could come out of it. */
@Implements(MediaCodec::class)
class PlayedCodec {
    @field:RealObject
    lateinit var real: MediaCodec
    lateinit var made: String
        private set
    var callback: MediaCodec.Callback? = null
        private set
    private var handler: Handler? = null
    var format: MediaFormat? = null
        private set

    @Volatile
    var isStarted = false
        private set

    @Volatile
    var isReleased = false
        private set
    var keyFramesAsked = 0
        private set
    private val buffers: MutableMap<Int, ByteBuffer> = ConcurrentHashMap()
    val released: MutableList<Int> = CopyOnWriteArrayList()

    // What an encoder is fed by hand, and what it has ready.
    private val input: ByteBuffer = ByteBuffer.allocateDirect(INPUT_BYTES)
    val fed: MutableList<Fed> = CopyOnWriteArrayList()
    private val ready = Collections.synchronizedList(ArrayList<Out>())
    private var outputFormat: MediaFormat? = null

    class Fed(val bytes: Int, val stampUs: Long, val first: Short)

    private sealed interface Out {
        class Format(val format: MediaFormat) : Out

        class Unit(val index: Int, val info: MediaCodec.BufferInfo) : Out
    }

    /** A unit that lies in the buffer of that number. */
    fun hold(index: Int, bytes: ByteBuffer) {
        buffers[index] = bytes
    }

    fun tellFormat(of: MediaFormat) = told { it.onOutputFormatChanged(real, of) }

    fun give(index: Int, info: MediaCodec.BufferInfo) = told { it.onOutputBufferAvailable(real, index, info) }

    fun fail() = told {
        it.onError(real, ReflectionHelpers.callConstructor(MediaCodec.CodecException::class.java, ClassParameter.from(Int::class.java, -1), ClassParameter.from(Int::class.java, 0), ClassParameter.from(String::class.java, "")))
    }

    /** To be taken by who asks. */
    fun haveReady(of: MediaFormat) {
        ready += Out.Format(of)
    }

    fun haveReady(index: Int, info: MediaCodec.BufferInfo) {
        ready += Out.Unit(index, info)
    }

    private fun told(tell: (MediaCodec.Callback) -> Unit) {
        handler!!.post { tell(callback!!) }
    }

    @Implementation
    fun setCallback(callback: MediaCodec.Callback?, handler: Handler?) {
        this.callback = callback
        this.handler = handler
    }

    @Implementation
    fun configure(format: MediaFormat, @Suppress("unused") surface: Surface?, @Suppress("unused") crypto: MediaCrypto?, @Suppress("unused") flags: Int) {
        if (isRefusing) throw IllegalArgumentException()
        this.format = format
    }

    @Implementation
    fun createInputSurface(): Surface = Surface(SurfaceTexture(0))

    @Implementation
    fun start() {
        isStarted = true
    }

    @Implementation
    fun release() {
        isReleased = true
        order += "encoder"
    }

    @Implementation
    fun getOutputBuffer(index: Int): ByteBuffer? = buffers[index]

    @Implementation
    fun getInputBuffer(@Suppress("unused") index: Int): ByteBuffer? = input.clear()

    @Implementation
    fun releaseOutputBuffer(index: Int, @Suppress("unused") isShown: Boolean) {
        if (isCounting) released += index
    }

    @Implementation
    fun setParameters(parameters: Bundle) {
        if (parameters.containsKey(MediaCodec.PARAMETER_KEY_REQUEST_SYNC_FRAME)) keyFramesAsked += 1
    }

    @Implementation
    fun dequeueInputBuffer(@Suppress("unused") waitUs: Long): Int = 0

    @Implementation
    fun queueInputBuffer(@Suppress("unused") index: Int, @Suppress("unused") offset: Int, bytes: Int, stampUs: Long, @Suppress("unused") flags: Int) {
        fed += Fed(bytes, stampUs, input.getShort(0))
    }

    @Implementation
    fun dequeueOutputBuffer(info: MediaCodec.BufferInfo, @Suppress("unused") waitUs: Long): Int =
        when (val out = ready.removeFirstOrNull()) {
            null -> MediaCodec.INFO_TRY_AGAIN_LATER
            is Out.Format -> {
                outputFormat = out.format
                MediaCodec.INFO_OUTPUT_FORMAT_CHANGED
            }
            is Out.Unit -> {
                info.set(out.info.offset, out.info.size, out.info.presentationTimeUs, out.info.flags)
                out.index
            }
        }

    @Implementation
    fun getOutputFormat(): MediaFormat = outputFormat!!

    companion object {
        private const val INPUT_BYTES = 4_096

        /** The test goes through them while another thread adds one. */
        val all: MutableList<PlayedCodec> = CopyOnWriteArrayList()

        /** What was given back, in order, of the encoder and of whatever stands beside it. */
        val order: MutableList<String> = CopyOnWriteArrayList()

        @Volatile
        var isMissing = false

        @Volatile
        var isRefusing = false

        /** Off where the test counts what the app makes: a list grows. */
        @Volatile
        var isCounting = true

        fun reset() {
            all.clear()
            order.clear()
            isMissing = false
            isRefusing = false
            isCounting = true
        }

        @JvmStatic
        @Implementation
        fun createEncoderByType(type: String): MediaCodec = make(type)

        @JvmStatic
        @Implementation
        fun createByCodecName(name: String): MediaCodec = make(name)

        private fun make(what: String): MediaCodec {
            if (isMissing) throw IOException()
            val codec = Shadow.newInstanceOf(MediaCodec::class.java)
            all += Shadow.extract<PlayedCodec>(codec).apply { made = what }
            return codec
        }
    }
}
