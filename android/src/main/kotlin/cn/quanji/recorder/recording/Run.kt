package cn.quanji.recorder.recording

import cn.quanji.recorder.core.Asked
import cn.quanji.recorder.core.Begun
import cn.quanji.recorder.core.Cause
import cn.quanji.recorder.core.CheckNote
import cn.quanji.recorder.core.Lasts
import cn.quanji.recorder.core.OpenSpan
import cn.quanji.recorder.core.OpeningElement
import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.RunningStatus
import cn.quanji.recorder.core.Speech
import cn.quanji.recorder.core.Step
import cn.quanji.recorder.core.StepLimit
import cn.quanji.recorder.core.Track

/** What the session knows of the record that runs; used on its lane alone. */
class Run(begun: Begun, val beganUs: Long, var asked: Asked, val speaking: Speaking) {
    val record = begun.record
    val door = begun.door
    val layer = TakeLayer()
    val lost = HashMap<Track, Cause>()

    /** Tracks whose encoder hangs, or was made anew and has given nothing yet. */
    val stalled = HashSet<Track>()
    var hasCamera = true
    var isPictureOn = false
    var encoderFailures = 0

    /** When the picture's encoder last began to give. */
    var pictureSinceUs = beganUs
    var cause: Cause? = null

    /** Why it broke off last, as measured: what the reason that is asked for is about. */
    var brokeBy: Cause? = null
    var openSpans = emptyList<OpenSpan>()
    var stage: Stage? = null
    var isSomeoneFilming = false
    var isPermissionGone = false
    var touch = InHand.Locked as InHand
    var status: RunningStatus.Running? = null
    var lasts: Lasts? = null
    var batteryPercent: Int? = null
    private var notes = emptyList<CheckNote>()
    private var notedUs = 0L
    private var confirmed: Confirmed? = null
    private var heard: Speech? = null
    private var confirmedUs = 0L

    /** When the officer was last asked for the opening, and whether he puts it off: then he is asked less often. */
    var remindedUs = beganUs
    var isActFirst = false

    sealed interface InHand {
        data object Locked : InHand

        data object Unlocked : InHand

        data class Stopping(val sinceUs: Long) : InHand
    }

    val reasonAskedFor: Long?
        get() = status?.owed?.firstNotNullOfOrNull { (it as? Owed.InterruptionReason)?.interruption }

    val missing: List<OpeningElement>
        get() = status?.owed?.firstNotNullOfOrNull { (it as? Owed.Opening)?.missing } ?: emptyList()

    /** What the check found and the officer was not shown yet. */
    fun note(found: List<CheckNote>, nowUs: Long) {
        notes = found
        notedUs = nowUs
    }

    fun confirm(what: Confirmed, heard: Speech?, nowUs: Long) {
        confirmed = what
        this.heard = heard
        confirmedUs = nowUs
    }

    fun shown(nowUs: Long) = RecordingState.Running(
        record = record,
        elapsedMs = (nowUs - beganUs) / 1000,
        arriving = arriving(nowUs),
        loss = lost.values.firstOrNull() ?: cause,
        quality = when (asked.step) {
            Step.SoundOnly -> Quality.SoundOnly
            Step.Hd -> Quality.Hd
            Step.FullHd -> Quality.FullHd
        },
        limit = when (asked.because) {
            StepLimit.Policy -> Limit.Policy
            StepLimit.Heat -> Limit.Heat
            StepLimit.Battery -> Limit.Battery
            StepLimit.Camera -> Limit.Camera
        },
        stage = stage,
        owed = status?.owed ?: emptyList(),
        // Before the core was asked, nothing counts as said.
        said = if (status == null) emptySet() else OpeningElement.entries.toSet() - missing.toSet(),
        lines = speaking.lines,
        how = speaking.how,
        phrases = speaking.phrases,
        reasonAskedFor = reasonAskedFor,
        reason = speaking.reason,
        isSomeoneFilming = isSomeoneFilming,
        openSpans = openSpans,
        confirmed = confirmed.takeIf { nowUs - confirmedUs < CONFIRMED_FOR_US },
        heard = heard.takeIf { nowUs - confirmedUs < CONFIRMED_FOR_US },
        notes = notes.takeIf { nowUs - notedUs < NOTES_FOR_US } ?: emptyList(),
        touch = when (val hand = touch) {
            InHand.Locked -> Touch.Locked
            InHand.Unlocked -> Touch.Unlocked
            is InHand.Stopping -> Touch.Stopping(((hand.sinceUs + TAKE_BACK_US - nowUs + 999_999) / 1_000_000).toInt().coerceAtLeast(0))
        },
        left = Left(lasts?.let { it.spaceS * 1000 }, lasts?.batteryS?.let { it * 1000 }, batteryPercent),
    )

    /** The light: what became durable within the last moment, and nothing that is only hoped for. */
    private fun arriving(nowUs: Long): Arriving {
        val status = status ?: return Arriving.Nothing
        val durableUs = status.durableUntilUs ?: return Arriving.Nothing
        val hasPicture = isPictureOn && layer.hasPicture && comes(Track.Video)
        val hasSound = layer.hasSound && comes(Track.Audio)
        return when {
            status.isInterrupted || nowUs - durableUs > ARRIVED_WITHIN_US -> Arriving.Nothing
            hasPicture && hasSound -> Arriving.Both
            hasPicture -> Arriving.PictureOnly
            hasSound -> Arriving.SoundOnly
            else -> Arriving.Nothing
        }
    }

    private fun comes(track: Track) = track !in lost && track !in stalled

    companion object {
        /** Shown beside the stop; when it is over, the core says. */
        const val TAKE_BACK_US = 10_000_000L

        /** A fragment is half a second, an encoder some pictures behind; two seconds without one is not "recording". */
        private const val ARRIVED_WITHIN_US = 2_000_000L
        private const val CONFIRMED_FOR_US = 3_000_000L
        private const val NOTES_FOR_US = 15_000_000L
    }
}
