package cn.quanji.recorder.core

import cn.quanji.core.Beside as BoundBeside
import cn.quanji.core.Claim as BoundClaim
import cn.quanji.core.Countdown as BoundCountdown
import cn.quanji.core.Day
import cn.quanji.core.Deadline as BoundDeadline
import cn.quanji.core.Exception as BoundException
import cn.quanji.core.Filming
import cn.quanji.core.Ground
import cn.quanji.core.Happening
import cn.quanji.core.Home
import cn.quanji.core.LastPage
import cn.quanji.core.ListedRecord
import cn.quanji.core.NoticeOf
import cn.quanji.core.ReceiptKind
import cn.quanji.core.ReceiptOnTime
import cn.quanji.core.ReceiptView
import cn.quanji.core.RecordPage
import cn.quanji.core.SelfCheck as BoundSelfCheck
import cn.quanji.core.StageOf
import cn.quanji.core.StorageTerm as BoundTerm
import cn.quanji.core.StatementDraft
import cn.quanji.core.TakeOfFilm
import cn.quanji.core.Term
import cn.quanji.core.Waits as BoundWaits
import cn.quanji.core.What
import cn.quanji.core.companionLine
import java.time.LocalDate

// What the core says of records, in the app's words. µs become ms; nothing is judged.

internal fun Home.asHome(nowMs: Long, drafts: List<Draft>) = HomeRecords(
    records = urgent.map { it.asSummary(nowMs) },
    interrupted = unended.map { InterruptedRecord(it.record, beganAtMs = it.openedUs / US) },
    running = running,
    totals = Totals(totals.waiting.toLong(), totals.owing.toLong(), totals.safe.toLong()),
    drafts = drafts,
)

internal fun StatementDraft.asDraft() = Draft(draft, record, interruption?.toLong(), text)

private fun ListedRecord.asSummary(nowMs: Long) = RecordSummary(
    record = record,
    // Lists are told from the index, and no matter stands in it.
    matter = null,
    beganAtMs = openedUs / US,
    countdown = countdown(nowMs),
    beside = beside.asBeside(activity?.let { ActivityTerm(it.records.toInt(), it.earliestUs?.let { us -> us / US }) }),
    safekeeping = if (storedBytes > 0uL) Safekeeping.Uploading(storedPermille.toInt(), waits?.why.orQueued()) else Safekeeping.OnPhone(waits?.why?.asWaits()),
    owedCount = owedCount.toInt(),
)

private fun ListedRecord.countdown(nowMs: Long): Countdown {
    val endsAtMs = deadlineUs?.let { it / US } ?: return Countdown.NotBegun
    return when (term) {
        Term.NONE -> Countdown.NotBegun
        Term.RUNNING -> running(Deadline(endsAtMs, isProvisional = false), nowMs)
        Term.PROVISIONAL -> Countdown.Running(Deadline(endsAtMs, isProvisional = true))
        Term.WAITING_FOR_RETURN -> Countdown.WaitingForReturn(Deadline(endsAtMs, isProvisional = false))
    }
}

/** Nobody is late by a provisional one. */
private fun running(deadline: Deadline, nowMs: Long): Countdown =
    if (!deadline.isProvisional && nowMs >= deadline.endsAtMs) Countdown.Past(deadline) else Countdown.Running(deadline)

internal fun RecordPage.asDetail(nowMs: Long): RecordDetail {
    val receipt = receipts.lastOrNull()
    return RecordDetail(
        summary = RecordSummary(
            record = lastPage.record,
            matter = matter?.let(Matter::of),
            beganAtMs = lastPage.openedUs.toLong() / US,
            countdown = lastPage.countdown.asCountdown(nowMs),
            beside = lastPage.beside.asBeside(activity = null),
            safekeeping = receipt?.let { Safekeeping.Delivered(it.asReceipt()) } ?: Safekeeping.OnPhone(waits = null),
            owedCount = lastPage.owed.size,
        ),
        filmedMs = lastPage.filmedUs.toLong() / US,
        owed = lastPage.owed.map { it.asOwed() },
        statementDueMs = lastPage.statementDueUs?.let { it / US },
        claim = lastPage.asClaim(),
        timeline = timeline(),
        moments = happenings.mapNotNull { happening -> happening.moment(this)?.let { Moment(happening.seq.toLong(), ms(happening.atUs), it) } },
        days = lastPage.countdown.days(),
        photos = happenings.mapNotNull { happening -> (happening.what as? What.Photo)?.let { RecordPhoto(it.number.toInt(), ms(happening.atUs)) } },
        hasFilm = takes.isNotEmpty(),
    )
}

private fun LastPage.asClaim(): Claim =
    when (val claim = claim) {
        is BoundClaim.Complete -> Claim.Complete
        is BoundClaim.CompleteWithExceptions -> Claim.CompleteWithExceptions(claim.exceptions.map { it.asException() })
        is BoundClaim.Withheld -> if (claim.isEnded) Claim.Withheld else Claim.NotEnded
    }

private fun BoundException.asException(): Claim.Exception =
    when (this) {
        is BoundException.Interrupted -> Claim.Exception.Interrupted
        is BoundException.StoppedByOfficer -> Claim.Exception.StoppedByOfficer
        is BoundException.TrackLost -> Claim.Exception.TrackLost
        is BoundException.OpeningSpeechInDoubt -> Claim.Exception.OpeningSpeechInDoubt
        is BoundException.OpeningExplained -> Claim.Exception.OpeningExplained
        is BoundException.FilmingNoticeExplained -> Claim.Exception.FilmingNoticeExplained
        is BoundException.ExplainedInWriting -> Claim.Exception.ExplainedInWriting
        is BoundException.DeclaredMistake -> Claim.Exception.DeclaredMistake
    }

private fun BoundCountdown?.asCountdown(nowMs: Long): Countdown =
    when (this) {
        null -> Countdown.NotBegun
        is BoundCountdown.Running -> running(deadline.asDeadline(), nowMs)
        is BoundCountdown.WaitingForReturn -> Countdown.WaitingForReturn(ordinary.asDeadline())
    }

private fun BoundBeside.asBeside(activity: ActivityTerm?) = Beside(specialRule, ownStorageUs?.let { it / US }, ownFilingUs?.let { it / US }, activity)

private fun BoundDeadline.asDeadline() = Deadline(endsUs / US, isProvisional)

private fun BoundCountdown?.days(): List<CountedDay> {
    val deadline = when (this) {
        null -> return emptyList()
        is BoundCountdown.Running -> deadline
        is BoundCountdown.WaitingForReturn -> ordinary
    }
    val dayZero = CountedDay(LocalDate.parse(deadline.day0).toEpochDay(), Counts.Trigger, isSettled = true)
    return listOf(dayZero) + deadline.days.map { it.asDay(deadline.term) }
}

private fun Day.asDay(term: BoundTerm): CountedDay {
    val counts = when {
        countedAs == null -> Counts.Off
        term is BoundTerm.CalendarDays -> Counts.Day
        ground == Ground.MAKE_UP -> Counts.MakeUp
        else -> Counts.Working
    }
    return CountedDay(LocalDate.parse(date).toEpochDay(), counts, isSettled)
}

private val RecordPage.beganUs: ULong
    get() = takes.firstOrNull()?.fromUs ?: lastPage.openedUs

/** From the record's beginning. */
internal fun RecordPage.ms(us: ULong): Long = if (us > beganUs) (us - beganUs).toLong() / US else 0

internal fun RecordPage.asFilm(): Film {
    val timeline = timeline()
    return Film(
        beganAtMs = beganUs.toLong() / US,
        lengthMs = timeline.lengthMs,
        takes = takes.map { it.asTake(fromMs = ms(it.fromUs)) },
        chapters = timeline.chapters,
        receipt = receipts.lastOrNull()?.asReceipt(),
    )
}

private fun TakeOfFilm.asTake(fromMs: Long): FilmTake {
    val (wide, high) = width?.toInt() to height?.toInt()
    val isTurned = rotationDegrees == 90u || rotationDegrees == 270u
    return FilmTake(
        take = take.toInt(),
        fromMs = fromMs,
        initBytes = initBytes.toLong(),
        picture = if (wide == null || high == null) null else if (isTurned) FilmPicture(high, wide) else FilmPicture(wide, high),
        segments = segments.map { FilmSegment(it.segment.toInt(), it.sizeBytes.toLong(), it.durationUs.toLong() / US, it.isHere) },
    )
}

/** The record as it passed by the clock, breaks and all. */
private fun RecordPage.timeline(): Timeline {
    val spans = takes.map { Timeline.Span(ms(it.fromUs), ms(it.fromUs + it.durationUs)) }
    val gaps = takes.zip(spans).zipWithNext { (_, before), (next, after) -> Timeline.Gap(Timeline.Span(before.toMs, after.fromMs), next.cause.asCause()) }
    return Timeline(
        lengthMs = spans.lastOrNull()?.toMs ?: 0,
        takes = spans,
        // A change of format loses nothing.
        gaps = gaps.filter { it.span.toMs > it.span.fromMs },
        chapters = happenings.mapNotNull { happening -> happening.chapter()?.let { Timeline.Chapter(ms(happening.atUs), it) } },
        photosMs = happenings.filter { it.what is What.Photo }.map { ms(it.atUs) },
    )
}

/** Null for what is no chapter: it stands elsewhere on the page, or only machines read it. */
private fun Happening.chapter(): Timeline.What? =
    when (val what = what) {
        is What.Opening -> Timeline.What.Opening
        is What.Stage -> what.stage.asChapter()
        is What.Mark -> Timeline.What.Marked
        is What.Filming -> if (what.state == Filming.SOMEONE_FILMS) Timeline.What.SomeoneFilms else null
        is What.ReasonGiven -> Timeline.What.ReasonGiven
        is What.Opened, is What.Interrupted, is What.Resumed, is What.TrackLost, is What.TrackBack, is What.ClockSet, is What.OpeningExcused, is What.Notice,
        is What.CompanionLine, is What.Checklist, is What.Confidential, is What.Obstruction, is What.Party, is What.Photo, is What.Document, is What.Service, is What.Activity, is What.Ended, is What.Sealed, is What.Away,
        is What.Returned, is What.Statement, is What.Correction, is What.Mistake -> null
    }

/** Null for what stands elsewhere on the page: gaps, photos, the beginning and the end. */
private fun Happening.moment(page: RecordPage): Moment.What? =
    when (val what = what) {
        is What.Opening, is What.Stage, is What.Mark, is What.ReasonGiven -> chapter()?.let { Moment.What.Chapter(it) }
        is What.Filming -> chapter()?.let { Moment.What.Chapter(it) } ?: Moment.What.FilmingTold
        is What.OpeningExcused -> Moment.What.ActFirst
        is What.Notice -> when (what.notice) {
            NoticeOf.RECORDING -> Moment.What.Chapter(Timeline.What.Opening)
            NoticeOf.LATECOMERS -> Moment.What.Told(PhraseOf.Latecomers)
            NoticeOf.SECRETS -> Moment.What.Told(PhraseOf.Secrets)
        }
        is What.CompanionLine -> companion(what.line)?.let { Moment.What.Told(it) } ?: Moment.What.OtherLine(what.line)
        is What.Checklist -> Moment.What.Checked(what.item.asContent(), what.state.asState())
        is What.Confidential -> Moment.What.Confidential(what.secrecy.asSecrecy(), what.toUs?.let(page::ms))
        is What.Obstruction -> Moment.What.Hindered(Obstruction.entries[what.kind.ordinal])
        is What.Party -> Moment.What.PartyNamed
        is What.Away -> Moment.What.Away(AwayGround.entries[what.ground.ordinal])
        is What.Returned -> Moment.What.Returned
        is What.Statement -> Moment.What.StatementWritten
        is What.Correction -> Moment.What.Corrected(what.of.toLong())
        is What.Mistake -> Moment.What.Mistake
        is What.Opened, is What.Interrupted, is What.Resumed, is What.TrackLost, is What.TrackBack, is What.ClockSet, is What.Photo, is What.Document,
        is What.Service, is What.Activity, is What.Ended, is What.Sealed -> null
    }

private fun companion(code: String): PhraseOf? = companionLine(code)?.asPhrase()

private fun StageOf.asChapter(): Timeline.What =
    when (this) {
        StageOf.INITIATION -> Timeline.What.Initiation
        StageOf.INVESTIGATION -> Timeline.What.Investigation
        StageOf.DECISION -> Timeline.What.Decision
        StageOf.SERVICE_ENFORCEMENT -> Timeline.What.ServiceEnforcement
        StageOf.FILING -> Timeline.What.Filing
    }

private fun ReceiptView.asReceipt() = Receipt(number.toLong(), storedUs.toLong() / US, onTime.asOnTime(), kind.asStoredBy())

private fun ReceiptKind.asStoredBy(): StoredBy =
    when (this) {
        ReceiptKind.SYSTEM -> StoredBy.Agency
        ReceiptKind.DESIGNATED_STORAGE -> StoredBy.DesignatedStorage
    }

private fun ReceiptOnTime.asOnTime(): OnTime =
    when (this) {
        ReceiptOnTime.YES -> OnTime.Yes
        ReceiptOnTime.NO -> OnTime.No
        ReceiptOnTime.UNDETERMINED -> OnTime.Undetermined
    }

internal fun BoundSelfCheck.asCheck(): SelfCheck =
    when {
        isSound -> SelfCheck.Whole(lines.toLong(), vouched.toLong())
        isWhole -> SelfCheck.Contradicts(filesWrong.toLong(), findings.map { it.code }.distinct())
        else -> SelfCheck.HoldsTo(lines.toLong())
    }

private fun BoundWaits?.orQueued(): Waits = this?.asWaits() ?: Waits.Queued

internal fun BoundWaits.asWaits(): Waits = Waits.entries[ordinal]

internal fun Network.asBound(): cn.quanji.core.Network = cn.quanji.core.Network.entries[ordinal]

private const val US = 1_000
