package cn.quanji.recorder.capture

import cn.quanji.recorder.core.Asked
import cn.quanji.recorder.core.FrameDoor
import cn.quanji.recorder.core.Track
import cn.quanji.recorder.core.Tried
import java.nio.ByteBuffer
import java.util.concurrent.atomic.AtomicInteger
import kotlin.math.abs
import kotlin.math.max

/** Whether camera and microphone really deliver can only be seen by opening them. */
interface SourceTrials {
    /** Opens both for a moment, where nothing is recorded; [asked] null: sound alone. [done] with null: a record has them. Called from the lane. */
    fun tryOut(asked: Asked.Picture?, done: (Tried?) -> Unit)

    /** Nobody waits for it any more: both are given back at once. */
    fun stopTrying()
}

/**
 * Opens camera and microphone with their encoders as a record would, counts what comes, and gives them back. All of it on the session's lane, so that
 * who records finds them free: [giveBack] is the first thing that a start does, and waits for nothing.
 */
class SourceTrial(private val picture: PictureSource, private val sound: SoundSource, private val lane: Lane) {
    private class Running(val asked: Asked.Picture?, val door: CountingDoor, val done: (Tried?) -> Unit)

    private var running: Running? = null

    fun begin(asked: Asked.Picture?, done: (Tried?) -> Unit) {
        giveBack()
        val trial = Running(asked, CountingDoor(), done)
        running = trial
        sound.start(trial.door) { says -> if (says is SoundSays.Format) lane.run { if (running === trial) sound.go() } }
        asked?.let { picture.start(it, trial.door) { says -> if (says is PictureSays.Format) lane.run { if (running === trial) picture.go() } } }
        lane.runIn(TRIAL_MS) { if (running === trial) end(trial.door.tried(hasPicture = asked != null)) }
    }

    /** Cut short: what came by then says nothing. */
    fun giveBack() = end(null)

    private fun end(tried: Tried?) {
        val trial = running ?: return
        running = null
        sound.stop()
        if (trial.asked != null) {
            picture.stop()
            picture.close()
        }
        trial.done(tried)
    }

    private companion object {
        /** A camera opens in half a second: more than one is left to count in, and the whole takes less than two. */
        const val TRIAL_MS = 1_800L
    }
}

/** Counts what would be recorded, and keeps nothing of it. */
private class CountingDoor : FrameDoor(handle = 0) {
    private val pictures = AtomicInteger()

    // Written by the microphone's one thread.
    @Volatile private var samples = 0
    @Volatile private var loudest = 0

    override fun push(track: Track, buffer: ByteBuffer, offset: Int, length: Int, stampUs: Long, arrivedUs: Long, flags: Int): Int {
        if (track == Track.Video) pictures.incrementAndGet()
        return WAITS
    }

    override fun hear(buffer: ByteBuffer, length: Int, arrivedUs: Long): Boolean {
        var most = loudest
        for (at in 0 until length - 1 step 2) most = max(most, abs(buffer.getShort(at).toInt()))
        loudest = most
        samples += length / 2
        return false
    }

    fun tried(hasPicture: Boolean) = Tried(pictures.get().takeIf { hasPicture }, Tried.Sound(samples, loudest))
}
