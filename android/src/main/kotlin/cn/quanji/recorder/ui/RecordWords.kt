package cn.quanji.recorder.ui

import android.content.res.Resources
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.core.AwayGround
import cn.quanji.recorder.core.ChecklistState
import cn.quanji.recorder.core.Claim
import cn.quanji.recorder.core.KeyContent
import cn.quanji.recorder.core.Moment
import cn.quanji.recorder.core.Obstruction
import cn.quanji.recorder.core.PhraseOf
import cn.quanji.recorder.core.Secrecy
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

/** What happened, in words. */
fun Resources.moment(what: Moment.What): String =
    when (what) {
        is Moment.What.Chapter -> chapter(what.what)
        Moment.What.ActFirst -> getString(R.string.moment_opening_excused)
        is Moment.What.Told -> getString(
            when (what.of) {
                PhraseOf.Latecomers -> R.string.moment_latecomers
                PhraseOf.Secrets -> R.string.moment_secrets
                PhraseOf.Filming -> R.string.moment_filming_told
                PhraseOf.Certificates -> R.string.moment_certificates
                PhraseOf.Recusal -> R.string.moment_recusal
                PhraseOf.StatementAndDefence -> R.string.moment_defence
            }
        )
        is Moment.What.OtherLine -> getString(R.string.moment_other_line, what.code)
        Moment.What.FilmingTold -> getString(R.string.moment_filming_told)
        Moment.What.PartyNamed -> getString(R.string.moment_party)
        is Moment.What.Checked -> getString(R.string.checklist_one, content(what.item), checked(what.state))
        is Moment.What.Confidential -> if (what.toMs == null) secrecy(what.secrecy) else getString(R.string.moment_confidential, secrecy(what.secrecy), lengthOnClock(what.toMs))
        is Moment.What.Hindered -> getString(
            when (what.by) {
                Obstruction.Violence -> R.string.obstruction_violence
                Obstruction.Threat -> R.string.obstruction_threat
                Obstruction.Other -> R.string.obstruction_other
            }
        )
        is Moment.What.Away -> getString(R.string.moment_away, ground(what.ground))
        Moment.What.Returned -> getString(R.string.moment_returned)
        Moment.What.StatementWritten -> getString(R.string.moment_statement)
        is Moment.What.Corrected -> getString(R.string.moment_corrected, what.line.toString())
        Moment.What.Mistake -> getString(R.string.exception_declared_mistake)
    }

fun Resources.secrecy(secrecy: Secrecy): String =
    getString(
        when (secrecy) {
            Secrecy.StateSecret -> R.string.moment_state_secret
            Secrecy.BusinessSecret -> R.string.secrecy_business_secret
            Secrecy.Privacy -> R.string.secrecy_privacy
            Secrecy.Minor -> R.string.secrecy_minor
        }
    )

fun Resources.ground(ground: AwayGround): String =
    getString(
        when (ground) {
            AwayGround.Continuous -> R.string.away_continuous
            AwayGround.Elsewhere -> R.string.away_elsewhere
            AwayGround.Remote -> R.string.away_remote
            AwayGround.PoorTransport -> R.string.away_poor_transport
        }
    )

fun Resources.content(item: KeyContent): String =
    getString(
        when (item) {
            KeyContent.Times -> R.string.content_times
            KeyContent.Surroundings -> R.string.content_surroundings
            KeyContent.Persons -> R.string.content_persons
            KeyContent.Objects -> R.string.content_objects
            KeyContent.Measures -> R.string.content_measures
            KeyContent.Documents -> R.string.content_documents
            KeyContent.Other -> R.string.content_other
        }
    )

fun Resources.checked(state: ChecklistState): String =
    getString(
        when (state) {
            ChecklistState.Recorded -> R.string.checklist_recorded
            ChecklistState.NotApplicable -> R.string.checklist_not_applicable
            ChecklistState.Open -> R.string.checklist_open
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
