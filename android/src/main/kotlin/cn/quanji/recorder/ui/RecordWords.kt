package cn.quanji.recorder.ui

import android.content.res.Resources
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.core.Claim
import cn.quanji.recorder.core.Timeline

/** What may be said of a whole record, in its colour. */
fun TextView.sayClaim(claim: Claim, owedCount: Int) {
    when (claim) {
        Claim.NotEnded -> say(resources.getString(R.string.claim_not_ended), Tone.Waiting)
        Claim.Complete -> say(resources.getString(R.string.claim_complete), Tone.Safe, R.drawable.sign_done)
        is Claim.CompleteWithExceptions -> say(resources.getString(R.string.claim_with_exceptions), Tone.Safe, R.drawable.sign_done)
        Claim.Withheld -> say(resources.getString(R.string.claim_withheld, owedCount.toString()), Tone.Owed)
    }
}

/** What was out of the ordinary, named with the claim; hidden where there is nothing. */
fun TextView.sayExceptions(claim: Claim) {
    val exceptions = (claim as? Claim.CompleteWithExceptions)?.exceptions.orEmpty()
    showIf(exceptions.isNotEmpty())
    text = resources.getString(R.string.claim_exceptions, exceptions.distinct().joinToString(resources.getString(R.string.owed_and)) { resources.exception(it) })
}

/** The strip in words, for the ear and for those who do not see its colours. */
fun Resources.timeline(timeline: Timeline): String =
    getString(R.string.timeline_words, lengthOnClock(timeline.lengthMs), timeline.takes.size.toString(), timeline.gaps.size.toString(), timeline.photosMs.size.toString())

fun Resources.chapter(what: Timeline.What): String =
    getString(
        when (what) {
            Timeline.What.Opening -> R.string.chapter_opening
            Timeline.What.Initiation -> R.string.stage_initiation
            Timeline.What.Investigation -> R.string.stage_investigation
            Timeline.What.Decision -> R.string.stage_decision
            Timeline.What.ServiceEnforcement -> R.string.stage_service_enforcement
            Timeline.What.Filing -> R.string.stage_filing
            Timeline.What.Marked -> R.string.chapter_marked
            Timeline.What.SomeoneFilms -> R.string.chapter_someone_films
            Timeline.What.ReasonGiven -> R.string.chapter_reason_given
        }
    )

private fun Resources.exception(exception: Claim.Exception): String =
    getString(
        when (exception) {
            Claim.Exception.Interrupted -> R.string.exception_interrupted
            Claim.Exception.StoppedByOfficer -> R.string.exception_stopped_by_officer
            Claim.Exception.TrackLost -> R.string.exception_track_lost
            Claim.Exception.OpeningSpeechInDoubt -> R.string.exception_opening_speech_in_doubt
            Claim.Exception.OpeningExplained -> R.string.exception_opening_explained
            Claim.Exception.FilmingNoticeExplained -> R.string.exception_filming_notice_explained
            Claim.Exception.ExplainedInWriting -> R.string.exception_explained_in_writing
            Claim.Exception.DeclaredMistake -> R.string.exception_declared_mistake
        }
    )
