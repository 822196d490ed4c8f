package cn.quanji.recorder.recording

import android.content.res.Resources
import cn.quanji.recorder.R
import cn.quanji.recorder.core.CheckNote
import cn.quanji.recorder.core.Speech
import cn.quanji.recorder.ui.RecordingBorder
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.cause
import cn.quanji.recorder.ui.length
import cn.quanji.recorder.ui.words

/** What reaches the disk, in words: the first thing that is read, and the only one from two metres. */
internal fun Resources.arriving(running: RecordingState.Running): String {
    val what = getString(
        when (running.arriving) {
            Arriving.Nothing -> R.string.arriving_nothing
            Arriving.Both -> R.string.arriving_both
            Arriving.PictureOnly -> R.string.arriving_picture
            Arriving.SoundOnly -> R.string.arriving_sound
        }
    )
    return if (running.loss == null) what else getString(R.string.arriving_because, what, cause(running.loss))
}

internal fun arrivingTone(running: RecordingState.Running, full: Tone): Tone =
    when (running.arriving) {
        Arriving.Both -> full
        Arriving.Nothing, Arriving.PictureOnly, Arriving.SoundOnly -> Tone.Owed
    }

internal fun Arriving.sign(): Int =
    when (this) {
        Arriving.Nothing -> R.drawable.sign_interrupted
        Arriving.Both -> R.drawable.sign_record
        Arriving.PictureOnly -> R.drawable.sign_no_sound
        Arriving.SoundOnly -> R.drawable.sign_no_picture
    }

internal fun Arriving.asLight(): RecordingBorder.Arriving =
    when (this) {
        Arriving.Nothing -> RecordingBorder.Arriving.Nothing
        Arriving.Both -> RecordingBorder.Arriving.Both
        Arriving.PictureOnly -> RecordingBorder.Arriving.PictureOnly
        Arriving.SoundOnly -> RecordingBorder.Arriving.SoundOnly
    }

/** "调查取证 · 还可录 5 小时 20 分 · 电量 61 %", as far as it is known. */
internal fun Resources.standing(running: RecordingState.Running): String {
    val shortest = listOfNotNull(running.left.spaceMs, running.left.batteryMs).minOrNull()
    return listOfNotNull(
        running.stage?.let { getString(words(it)) },
        shortest?.let { getString(R.string.left_time, length(it)) },
        running.left.batteryPercent?.let { getString(R.string.left_battery, it.toString()) },
    ).joinToString(getString(R.string.left_and))
}

/** Null at the quality that was chosen: nothing is said where nothing is out of the ordinary. */
internal fun Resources.quality(quality: Quality, limit: Limit): String? {
    val because = when (limit) {
        Limit.Policy -> return null
        Limit.Heat -> R.string.limit_heat
        Limit.Battery -> R.string.limit_battery
        Limit.Camera -> R.string.limit_camera
    }
    val step = when (quality) {
        Quality.FullHd -> R.string.quality_full_hd
        Quality.Hd -> R.string.quality_hd
        Quality.SoundOnly -> R.string.quality_sound_only
    }
    return getString(R.string.quality_because, getString(because), getString(step))
}

internal fun words(stage: Stage): Int =
    when (stage) {
        Stage.Initiation -> R.string.stage_initiation
        Stage.Investigation -> R.string.stage_investigation
        Stage.Decision -> R.string.stage_decision
        Stage.ServiceEnforcement -> R.string.stage_service_enforcement
        Stage.Filing -> R.string.stage_filing
    }

/** What the check found, one after the other. */
internal fun Resources.notes(notes: List<CheckNote>): String =
    getString(R.string.preflight_of, notes.joinToString(getString(R.string.owed_and)) { getString(words(it)) })

/** What is noted, and what was heard of it: both, and neither in the other's place. */
internal fun Resources.confirmed(confirmed: Confirmed, heard: Speech?): String {
    val noted = getString(words(confirmed))
    val measured = when (heard) {
        null -> return noted
        Speech.Detected -> R.string.heard_detected
        Speech.Short -> R.string.heard_short
        Speech.NotDetected -> R.string.heard_not_detected
        Speech.NotMeasured -> R.string.heard_not_measured
    }
    return getString(R.string.heard_of, noted, getString(measured))
}

private fun words(confirmed: Confirmed): Int =
    when (confirmed) {
        Confirmed.Photo -> R.string.confirmed_photo
        Confirmed.Mark -> R.string.confirmed_mark
        Confirmed.Spoken -> R.string.confirmed_spoken
        Confirmed.ActFirst -> R.string.confirmed_act_first
        Confirmed.NobodyPresent -> R.string.confirmed_nobody_present
        Confirmed.Reason -> R.string.confirmed_reason
        Confirmed.Stage -> R.string.confirmed_stage
        Confirmed.Filming -> R.string.confirmed_filming
        Confirmed.FilmingTold -> R.string.confirmed_filming_told
        Confirmed.Phrase -> R.string.confirmed_phrase
        Confirmed.Span -> R.string.confirmed_span
        Confirmed.SpanEnded -> R.string.confirmed_span_ended
        Confirmed.UploadStopped -> R.string.confirmed_upload_stopped
        Confirmed.Obstruction -> R.string.confirmed_obstruction
        Confirmed.PoliceBundle -> R.string.confirmed_police_bundle
    }
