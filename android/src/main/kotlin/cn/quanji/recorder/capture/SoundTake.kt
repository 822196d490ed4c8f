package cn.quanji.recorder.capture

import android.annotation.SuppressLint
import android.media.AudioFormat
import android.media.AudioRecord
import android.media.AudioRecordingConfiguration
import android.media.AudioManager
import android.media.AudioTimestamp
import android.media.MediaCodec
import android.media.MediaCodecInfo.CodecProfileLevel.AACObjectLC
import android.media.MediaFormat
import android.media.MediaRecorder
import android.os.Build
import android.os.Process
import cn.quanji.recorder.NewerApi
import cn.quanji.recorder.core.ClockBase
import cn.quanji.recorder.core.FrameDoor
import cn.quanji.recorder.core.SoundFormat
import cn.quanji.recorder.core.Track
import java.io.IOException
import java.nio.ByteBuffer
import java.nio.ByteOrder

/**
 * One opening of the microphone: reads straight into the encoder's buffers, and lets the detector hear the same.
 *
 * While the take's format is not laid the encoder fills up and takes no more; then the platform's own buffer, four seconds of it, keeps what is heard.
 */
class SoundTake(private val door: FrameDoor, private val clock: MonoClock, private val told: (SoundSays) -> Unit) : Thread("microphone"), EncoderOutput {
    @Volatile private var isGoing = false
    @Volatile private var isOver = false
    private val gate = UnitGate(Track.Audio, door, clock, this)
    private val info = MediaCodec.BufferInfo()
    private val heard = AudioTimestamp()
    private val decimator = Decimator()
    private val forDetector = ByteBuffer.allocateDirect(PIECE_BYTES).order(ByteOrder.nativeOrder())
    private lateinit var codec: MediaCodec
    private var frames = 0L
    private var heardAtFrame = 0L

    fun go() {
        isGoing = true
    }

    /** The thread ends by itself within a piece. */
    fun end() {
        isOver = true
    }

    override fun run() {
        Process.setThreadPriority(Process.THREAD_PRIORITY_URGENT_AUDIO)
        try {
            record()
        } catch (_: IllegalStateException) {
            failed()
        } catch (_: IllegalArgumentException) {
            failed()
        } catch (_: IOException) {
            failed()
        } catch (_: SecurityException) {
            failed()
        } catch (_: UnsupportedOperationException) {
            // A builder's word for a microphone that is not given: not permitted, or another has it.
            failed()
        }
    }

    private fun failed() {
        if (!isOver) told(SoundSays.Failed)
    }

    private fun record() {
        val microphone = open()
        try {
            codec = MediaCodec.createEncoderByType(MediaFormat.MIMETYPE_AUDIO_AAC)
            codec.configure(format(), null, null, MediaCodec.CONFIGURE_FLAG_ENCODE)
            codec.start()
            microphone.startRecording()
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) watchSilence(microphone)
            while (!isOver) {
                if (isGoing) gate.open()
                feed(microphone)
                drain()
            }
        } finally {
            microphone.release()
            if (::codec.isInitialized) codec.release()
        }
    }

    private fun feed(microphone: AudioRecord) {
        val index = codec.dequeueInputBuffer(WAIT_US)
        if (index < 0) return
        val buffer = codec.getInputBuffer(index)!!.order(ByteOrder.nativeOrder())
        val count = microphone.read(buffer, minOf(PIECE_BYTES, buffer.capacity()))
        if (count < 0) throw IllegalStateException()
        // The encoder's stamps count frames; at which instant a frame was heard is told beside.
        codec.queueInputBuffer(index, 0, count, frames * 1_000_000 / RATE, 0)
        frames += count / 2
        val small = decimator.decimate(buffer, count, forDetector)
        if (door.hear(forDetector, small, clock.nowUs())) told(SoundSays.Something)
        if (frames - heardAtFrame >= RATE && microphone.getTimestamp(heard, AudioTimestamp.TIMEBASE_BOOTTIME) == AudioRecord.SUCCESS) {
            heardAtFrame = frames
            told(SoundSays.Heard(heard.framePosition, heard.nanoTime / 1000, ClockBase.Elapsed))
        }
    }

    private fun drain() {
        while (true) {
            val index = codec.dequeueOutputBuffer(info, 0)
            when {
                index >= 0 -> gate.onUnit(index, info.offset, info.size, info.presentationTimeUs, info.flags)
                index == MediaCodec.INFO_OUTPUT_FORMAT_CHANGED -> told(SoundSays.Format(soundFormat(codec.outputFormat)))
                else -> return
            }
        }
    }

    override fun buffer(index: Int): ByteBuffer = codec.getOutputBuffer(index)!!

    override fun release(index: Int) = codec.releaseOutputBuffer(index, false)

    // Every unit of sound stands for itself.
    override fun makeKeyFrame() = Unit

    @SuppressLint("MissingPermission") // Without it the platform says so by an exception, which is told.
    private fun open(): AudioRecord = AudioRecord.Builder()
        // Of the sources this one keeps other apps from hearing the same, and is meant for sound beside a picture.
        .setAudioSource(MediaRecorder.AudioSource.CAMCORDER)
        .setAudioFormat(AudioFormat.Builder().setSampleRate(RATE).setChannelMask(AudioFormat.CHANNEL_IN_MONO).setEncoding(AudioFormat.ENCODING_PCM_16BIT).build())
        .setBufferSizeInBytes(BUFFER_S * RATE * 2)
        .build()

    private fun format() = MediaFormat.createAudioFormat(MediaFormat.MIMETYPE_AUDIO_AAC, RATE, 1).apply {
        setInteger(MediaFormat.KEY_AAC_PROFILE, AACObjectLC)
        setInteger(MediaFormat.KEY_BIT_RATE, 64_000)
        setInteger(MediaFormat.KEY_MAX_INPUT_SIZE, PIECE_BYTES)
    }

    private fun soundFormat(format: MediaFormat): SoundFormat {
        val config = format.getByteBuffer("csd-0")!!
        val bytes = ByteArray(config.remaining()).also { config.duplicate().get(it) }
        return SoundFormat(bytes, if (format.containsKey(ENCODER_DELAY)) format.getInteger(ENCODER_DELAY) else 0)
    }

    /** A call takes the samples away without an error: the platform tells it only to who asks. */
    @NewerApi
    private fun watchSilence(microphone: AudioRecord) = microphone.registerAudioRecordingCallback(
        Runnable::run,
        object : AudioManager.AudioRecordingCallback() {
            override fun onRecordingConfigChanged(configs: List<AudioRecordingConfiguration>) {
                configs.find { it.clientAudioSessionId == microphone.audioSessionId }?.let { told(SoundSays.Silenced(it.isClientSilenced)) }
            }
        },
    )

    private companion object {
        const val RATE = 48_000

        /** 20 ms. */
        const val PIECE_BYTES = RATE / 50 * 2
        const val BUFFER_S = 4
        const val WAIT_US = 10_000L

        /** Told from API 30 on. */
        const val ENCODER_DELAY = "encoder-delay"
    }
}
