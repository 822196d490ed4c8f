package cn.quanji.recorder.recording

import cn.quanji.recorder.core.Cause
import cn.quanji.recorder.core.CheckNote
import cn.quanji.recorder.core.Obstruction
import cn.quanji.recorder.core.OpenSpan
import cn.quanji.recorder.core.OpeningElement
import cn.quanji.recorder.core.OpeningLine
import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.Phrase
import cn.quanji.recorder.core.PhraseOf
import cn.quanji.recorder.core.Secrecy
import cn.quanji.recorder.core.Speech
import cn.quanji.recorder.core.Told
import cn.quanji.recorder.core.Trouble

/** Where recording stands. */
sealed interface RecordingState {
    data object Idle : RecordingState

    /** The first line is being written; nothing is asked. */
    data object Starting : RecordingState

    data class Running(
        val record: String,
        val elapsedMs: Long,
        /** What reached the disk just now; the light follows this and nothing else. */
        val arriving: Arriving,
        /** Why nothing arrives, or a track is missing; null while all is well. */
        val loss: Cause?,
        val quality: Quality,
        val limit: Limit,
        val stage: Stage?,
        val owed: List<Owed>,
        /** What of the opening was said. */
        val said: Set<OpeningElement>,
        /** What of it is still to be said, in words. */
        val lines: List<OpeningLine>,
        /** How words reach those present from now on. */
        val how: Told,
        /** What can be said besides. */
        val phrases: List<Phrase>,
        /** The interruption whose reason is asked for first; its number in the journal. */
        val reasonAskedFor: Long?,
        /** What is to be said of it. */
        val reason: String?,
        val isSomeoneFilming: Boolean,
        /** Passages that not all may see, and that go on. */
        val openSpans: List<OpenSpan>,
        /** What was just made durable, for as long as an eye needs to see it. */
        val confirmed: Confirmed?,
        /** What was measured of a passage that was just confirmed. */
        val heard: Speech?,
        /** What the check before recording found, for as long as it takes to read. */
        val notes: List<CheckNote>,
        val touch: Touch,
        val left: Left,
    ) : RecordingState

    /** It stopped by itself. What was acknowledged stands; the next start takes it up. */
    data class Broken(val record: String, val trouble: Trouble) : RecordingState

    data class Ended(val record: String) : RecordingState

    /** Nothing could be begun. */
    data class NotBegun(val trouble: Trouble) : RecordingState
}

enum class Arriving { Nothing, Both, PictureOnly, SoundOnly }

enum class Quality { FullHd, Hd, SoundOnly }

/** Why the quality is what it is. */
enum class Limit { Policy, Heat, Battery, Camera }

/** The stages of enforcement (执法环节). */
enum class Stage { Initiation, Investigation, Decision, ServiceEnforcement, Filing }

/** What a finger may do. */
sealed interface Touch {
    /** Wet glass and cloth do nothing. */
    data object Locked : Touch

    data object Unlocked : Touch

    /** The end is taken back by one press, while the camera still runs. */
    data class Stopping(val seconds: Int) : Touch
}

/** An act of the officer that is on the disk. */
enum class Confirmed { Photo, Mark, Spoken, ActFirst, NobodyPresent, Reason, Stage, Filming, FilmingTold, Phrase, Span, SpanEnded, UploadStopped, Obstruction, PoliceBundle }

/** How long it can go on; null is not known. */
data class Left(val spaceMs: Long?, val batteryMs: Long?, val batteryPercent: Int?)

/** Why recording broke off, in one press; what the phone measured stands beside it. */
enum class ReasonPreset { PhoneCall, DeviceFault, Weather, Obstructed, Other }

sealed interface RecordingEvent {
    /** Begins a record, or takes one up. */
    data class Start(val takeUp: String?) : RecordingEvent

    data object HoldDown : RecordingEvent

    data object HoldUp : RecordingEvent

    data object StopDown : RecordingEvent

    data object StopUp : RecordingEvent

    /** By TalkBack: a double tap is deliberate. */
    data object UnlockOnPurpose : RecordingEvent

    data object StopOnPurpose : RecordingEvent

    data object TakeStopBack : RecordingEvent

    data object Photo : RecordingEvent

    data object Mark : RecordingEvent

    /** All of the opening that is shown was told (已说明). */
    data object Spoken : RecordingEvent

    /** One line of it was. */
    data class LineSaid(val element: OpeningElement) : RecordingEvent

    /** From now on words reach those present in the next way: by voice, by an interpreter, on the screen. */
    data object WayChanged : RecordingEvent

    data class PhraseSaid(val of: PhraseOf) : RecordingEvent

    data object ActFirst : RecordingEvent

    data object NobodyPresent : RecordingEvent

    data class Reason(val interruption: Long, val preset: ReasonPreset) : RecordingEvent

    data class StageChosen(val stage: Stage) : RecordingEvent

    data object SomeoneFilms : RecordingEvent

    /** The four points of 第十六条 were said. */
    data object FilmingTold : RecordingEvent

    /** Those who film were asked to spare what is secret or private. */
    data object FilmingToldSecrets : RecordingEvent

    data class SpanBegins(val secrecy: Secrecy) : RecordingEvent

    data class SpanEnds(val span: OpenSpan) : RecordingEvent

    data class Hindered(val by: Obstruction) : RecordingEvent
}
