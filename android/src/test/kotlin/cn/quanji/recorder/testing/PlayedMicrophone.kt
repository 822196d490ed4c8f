package cn.quanji.recorder.testing

import android.media.AudioManager
import android.media.AudioRecord
import android.media.AudioTimestamp
import java.nio.ByteBuffer
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.Executor
import java.util.concurrent.Semaphore
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements

/** A microphone that gives a piece when the test lets it. Robolectric's own neither ends nor tells when another has the samples. */
@Implements(AudioRecord::class)
class PlayedMicrophone {
    private var isRunning = false

    @Volatile
    private var callback: AudioManager.AudioRecordingCallback? = null

    @Volatile
    private var executor: Executor? = null

    @Volatile
    var isReleased = false
        private set
    private var frames = 0L

    init {
        all += this
    }

    fun tell(silenced: Boolean) {
        val configuration = android.media.AudioRecordingConfiguration(0, SESSION, 0, null, null, 0, "", 0, silenced, 0, emptyArray(), emptyArray())
        executor!!.execute { callback!!.onRecordingConfigChanged(listOf(configuration)) }
    }

    @Implementation
    fun startRecording() {
        if (isBroken) throw IllegalStateException()
        isRunning = true
    }

    @Implementation
    fun read(into: ByteBuffer, bytes: Int): Int {
        check(isRunning)
        if (!pieces.tryAcquire(PATIENCE_MS, java.util.concurrent.TimeUnit.MILLISECONDS)) return 0
        if (isFailing) return AudioRecord.ERROR_DEAD_OBJECT
        for (at in 0 until bytes step 2) into.putShort(at, (frames % 128 * 64).toInt().toShort()).also { frames += 1 }
        return bytes
    }

    @Implementation
    fun getTimestamp(into: AudioTimestamp, @Suppress("unused") base: Int): Int {
        into.framePosition = frames
        into.nanoTime = frames * 1_000_000_000 / RATE + OPENED_NS
        return AudioRecord.SUCCESS
    }

    @Implementation
    fun getAudioSessionId(): Int = SESSION

    @Implementation
    fun registerAudioRecordingCallback(executor: Executor, callback: AudioManager.AudioRecordingCallback) {
        this.executor = executor
        this.callback = callback
    }

    @Implementation
    fun release() {
        isReleased = true
    }

    companion object {
        const val RATE = 48_000L
        const val OPENED_NS = 5_000_000_000L
        private const val SESSION = 7
        private const val PATIENCE_MS = 20L

        /** The test goes through them while another thread adds one. */
        val all: MutableList<PlayedMicrophone> = CopyOnWriteArrayList()

        @Volatile
        var pieces = Semaphore(0)

        @Volatile
        var isBroken = false

        @Volatile
        var isFailing = false

        fun reset() {
            all.clear()
            pieces = Semaphore(0)
            isBroken = false
            isFailing = false
        }
    }
}
