package cn.quanji.recorder.recording

import cn.quanji.recorder.capture.Lane
import cn.quanji.recorder.capture.MonoClock
import cn.quanji.recorder.capture.PictureSays
import cn.quanji.recorder.capture.PictureSource
import cn.quanji.recorder.capture.SoundSays
import cn.quanji.recorder.capture.SoundSource
import cn.quanji.recorder.capture.SourceTrial
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Asked
import cn.quanji.recorder.core.Recorder
import cn.quanji.recorder.core.TakeFormat
import cn.quanji.recorder.core.Track
import cn.quanji.recorder.core.Tried
import kotlin.random.Random

/**
 * Camera and microphone of the record that runs: opened with their encoders, laid as takes, and made anew when they fail. Where none runs, they are
 * tried for a check. Used on the session's lane alone.
 */
class Sources(
    private val picture: PictureSource,
    private val sound: SoundSource,
    private val recorder: Recorder,
    private val lane: Lane,
    private val clock: MonoClock,
    private val chance: Random,
    private val pictureSays: (PictureSays) -> Unit,
    private val soundSays: (SoundSays) -> Unit,
    /** The picture's encoder was made anew in vain: the camera counts as gone, and what that means is the core's. */
    private val gaveUp: (Run) -> Unit,
) {
    private val trial = SourceTrial(picture, sound, lane)
    private var run: Run? = null

    fun tryOut(asked: Asked.Picture?, done: (Tried?) -> Unit) = trial.begin(asked, done)

    /** A check that still tries them is cut short: they are free at once. */
    fun giveBack() = trial.giveBack()

    fun open(run: Run) {
        this.run = run
        soundOn(run)
        pictureOn(run)
        layInTime()
    }

    fun close() {
        run = null
        picture.stop()
        picture.close()
        sound.stop()
    }

    fun takePhoto() = picture.takePhoto()

    /** As soon as every track that is awaited has given its format. */
    fun lay() = lay(isPatienceOver = false)

    /** By what is asked now: a take of its own. */
    fun pictureAnew(run: Run) {
        pictureOff(run)
        pictureOn(run)
        layInTime()
    }

    fun pictureOff(run: Run) {
        run.isPictureOn = false
        picture.stop()
        run.layer.pictureGone()
        lay()
    }

    /**
     * Again after a while, each time a longer one and not quite the same; after some, the picture counts as gone and sound goes on.
     *
     * Where the core says that the next is another kind of encoder, that one has all its tries before it; so has one that ran well for a while.
     */
    fun encoderFailed(run: Run) {
        val nowUs = clock.nowUs()
        val asked = (recorder.encoderFailed(nowUs) as? Answer.Of)?.value
        if (asked != null) run.asked = asked
        if (asked != null || nowUs - run.pictureSinceUs > RAN_WELL_US) run.encoderFailures = 0
        pictureOff(run)
        run.encoderFailures += 1
        if (run.encoderFailures > ENCODER_TRIES) {
            run.hasCamera = false
            return gaveUp(run)
        }
        lane.runIn(pauseMs(run.encoderFailures)) {
            if (this.run === run && !run.isPictureOn) {
                pictureOn(run)
                layInTime()
            }
        }
    }

    fun soundFailed(run: Run) {
        sound.stop()
        lane.runIn(pauseMs(1)) {
            if (this.run !== run) return@runIn
            recorder.microphoneReopened()
            soundOn(run)
            layInTime()
        }
    }

    /** An encoder that hangs says nothing of it: it is treated as one that failed. */
    fun stalled(run: Run, track: Track) =
        when {
            run.isPermissionGone -> Unit
            track == Track.Audio -> soundFailed(run)
            run.isPictureOn -> encoderFailed(run)
            else -> Unit
        }

    private fun pictureOn(run: Run) {
        val asked = run.asked.picture ?: return
        run.layer.awaitPicture()
        run.isPictureOn = true
        picture.start(asked, run.door) { says -> lane.run { pictureSays(says) } }
    }

    private fun soundOn(run: Run) {
        run.layer.awaitSound()
        sound.start(run.door) { says -> lane.run { soundSays(says) } }
    }

    private fun layInTime() = lane.runIn(TAKE_PATIENCE_MS) { lay(isPatienceOver = true) }

    private fun lay(isPatienceOver: Boolean) {
        val run = run ?: return
        val laid = run.layer.next(isPatienceOver) ?: return
        recorder.lay(TakeFormat(laid.video, laid.audio, picture.rotationDegrees, picture.clock))
        if (laid.video != null) picture.go()
        if (laid.audio != null) sound.go()
    }

    private fun pauseMs(failures: Int): Long = (PAUSE_MS shl (failures - 1)) + chance.nextLong(PAUSE_MS)

    private companion object {
        /** A camera opens in half a second. Longer than this, and sound goes ahead alone. */
        const val TAKE_PATIENCE_MS = 1_500L
        const val ENCODER_TRIES = 5
        const val RAN_WELL_US = 60_000_000L
        const val PAUSE_MS = 250L
    }
}
