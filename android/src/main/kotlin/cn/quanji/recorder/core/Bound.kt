package cn.quanji.recorder.core

import cn.quanji.core.AwayGround as BoundAwayGround
import cn.quanji.core.Cause as BoundCause
import cn.quanji.core.ChecklistState as BoundChecklistState
import cn.quanji.core.ClockBase as BoundClockBase
import cn.quanji.core.Coding as BoundCoding
import cn.quanji.core.CompanionLine
import cn.quanji.core.Conditions as BoundConditions
import cn.quanji.core.Delivering
import cn.quanji.core.Key as BoundKey
import cn.quanji.core.KeyContent as BoundKeyContent
import cn.quanji.core.Language as BoundLanguage
import cn.quanji.core.Limit as BoundLimit
import cn.quanji.core.Location
import cn.quanji.core.Meant as BoundMeant
import cn.quanji.core.Notice as BoundNotice
import cn.quanji.core.ObstructionKind
import cn.quanji.core.OpeningElement as BoundElement
import cn.quanji.core.Owed as BoundOwed
import cn.quanji.core.Party
import cn.quanji.core.Permissions
import cn.quanji.core.PreflightNote
import cn.quanji.core.Secrecy as BoundSecrecy
import cn.quanji.core.ShiftCheck as BoundShiftCheck
import cn.quanji.core.Speech as BoundSpeech
import cn.quanji.core.Standing as BoundStanding
import cn.quanji.core.Started
import cn.quanji.core.Step as BoundStep
import cn.quanji.core.Temperature
import cn.quanji.core.Thermal
import cn.quanji.core.Told as BoundTold
import cn.quanji.core.Track as BoundTrack
import cn.quanji.core.Tried as BoundTried
import cn.quanji.core.TriedSound
import cn.quanji.core.Wish as BoundWish

// The bindings' words as the app's, and back. Enums that say the same in the same order are read by their place, and a test holds every pair to it.

internal fun StartedBy.asBound() = Started.entries[ordinal]

internal fun Key.asBound() = BoundKey.entries[ordinal]

internal fun Wish.asBound() = BoundWish.entries[ordinal]

internal fun Step.asBound() = BoundStep.entries[ordinal]

internal fun Coding.asBound() = BoundCoding.entries[ordinal]

internal fun PreflightNote.asNote() = CheckNote.entries[ordinal]

internal fun Located.asBound() = Location.entries[ordinal]

internal fun Location.asLocated() = Located.entries[ordinal]

internal fun Delivering.asDelivers() = Delivers.entries[ordinal]

internal fun Temperature.asWarmth() = Warmth.entries[ordinal]

internal fun Permitted.asBound() = Permissions(camera, microphone, notifications, background)

internal fun Tried.asBound() = BoundTried(pictures?.toUInt(), sound?.run { TriedSound(samples.toUInt(), loudest.toUShort()) })

internal fun BoundShiftCheck.asCheck() = ShiftCheck(
    atMs = atUs / 1_000,
    batteryPercent = batteryPercent?.toInt(),
    isCharging = charging,
    secondsLeft = secondsLeft?.toLong(),
    camera = camera?.asDelivers(),
    microphone = microphone?.asDelivers(),
    clockOffsetMs = clockOffsetUs?.let { it / 1_000 },
    heardAgoMs = heardAgoUs?.let { it.toLong() / 1_000 },
    located = location?.asLocated(),
    warmth = temperature?.asWarmth(),
    savesBattery = batterySaver,
    notes = notes.map { it.asNote() },
    thresholds = thresholds.run {
        CheckThresholds(batteryPercent.toInt(), isBatteryAgencys, secondsLeft.toLong(), isSpaceAgencys, clockOffsetUs.toLong() / 1_000, isClockAgencys)
    },
)

internal fun Heat.asBound() = Thermal.entries[ordinal]

internal fun Cause.asBound() = BoundCause.entries[ordinal]

internal fun ClockBase.asBound() = BoundClockBase.entries[ordinal]

internal fun OpeningElement.asBound() = BoundElement.entries[ordinal]

internal fun Conditions.asBound() = BoundConditions(heat.asBound(), batteryPercent.toUByte(), isCharging, hasCamera)

internal fun PartyKnown.asBound() =
    when (this) {
        PartyKnown.Present -> Party.TO_BE_ESTABLISHED
        PartyKnown.NobodyPresent -> Party.NOBODY_PRESENT
    }

internal fun Language.asBound() = BoundLanguage.entries[ordinal]

internal fun Told.asBound() = BoundTold.entries[ordinal]

internal fun Secrecy.asBound() = BoundSecrecy.entries[ordinal]

internal fun Obstruction.asBound() = ObstructionKind.entries[ordinal]

internal fun KeyContent.asBound() = BoundKeyContent.entries[ordinal]

internal fun ChecklistState.asBound() = BoundChecklistState.entries[ordinal]

internal fun AwayGround.asBound() = BoundAwayGround.entries[ordinal]

internal fun BoundSpeech.asSpeech() = Speech.entries[ordinal]

internal fun BoundSecrecy.asSecrecy() = Secrecy.entries[ordinal]

internal fun BoundKeyContent.asContent() = KeyContent.entries[ordinal]

internal fun BoundChecklistState.asState() = ChecklistState.entries[ordinal]

internal fun CompanionLine.asPhrase() =
    when (this) {
        CompanionLine.CERTIFICATES -> PhraseOf.Certificates
        CompanionLine.RECUSAL -> PhraseOf.Recusal
        CompanionLine.STATEMENT_AND_DEFENCE -> PhraseOf.StatementAndDefence
    }

internal fun BoundStanding.asStanding() = Standing(
    openSpans = openSpans.map { OpenSpan(it.secrecy.asSecrecy(), it.fromMonoUs.toLong()) },
    brokeBy = brokeBy?.asCause(),
    checklist = checklist.map { ChecklistItem(it.item.asContent(), it.state.asState()) },
)

internal fun BoundCause.asCause() = Cause.entries[ordinal]

internal fun BoundElement.asElement() = OpeningElement.entries[ordinal]

internal fun BoundStep.asStep() = Step.entries[ordinal]

internal fun BoundLimit.asLimit() = StepLimit.entries[ordinal]

internal fun BoundTrack.asTrack() = Track.entries[ordinal]

internal fun BoundCoding.asCoding() = Coding.entries[ordinal]

internal fun cn.quanji.core.Asked.asAsked() = Asked(step.asStep(), because.asLimit(), picture?.asPicture(), bytesASecond.toLong())

internal fun Asked.asBound() = cn.quanji.core.Asked(step.asBound(), BoundLimit.entries[because.ordinal], picture?.asBound(), bytesASecond.toULong())

internal fun cn.quanji.core.Wanted.asWanted() = Wanted(best.asStep(), hevcAt.map { it.asStep() }, hdBits.toLong(), fullHdBits.toLong())

internal fun Wanted.asBound() = cn.quanji.core.Wanted(best.asBound(), hevcAt.map { it.asBound() }, hdBits.toUInt(), fullHdBits.toUInt())

internal fun cn.quanji.core.Picture.asPicture() =
    Asked.Picture(coding.asCoding(), width.toInt(), height.toInt(), framesASecond.toInt(), bitsASecond.toInt())

private fun Asked.Picture.asBound() =
    cn.quanji.core.Picture(coding.asBound(), width.toUShort(), height.toUShort(), framesASecond.toUByte(), bitsASecond.toUInt())

internal fun BoundMeant.asMeant(): Meant =
    when (this) {
        is BoundMeant.Start -> Meant.Start
        is BoundMeant.Mark -> Meant.Mark(atUs.toLong())
        is BoundMeant.Photo -> Meant.Photo(atUs.toLong())
        is BoundMeant.Spoken -> Meant.Spoken(atUs.toLong())
        is BoundMeant.Unlocked -> Meant.Unlocked
        is BoundMeant.Locked -> Meant.Locked
        is BoundMeant.StopBegins -> Meant.StopBegins(atUs.toLong())
        is BoundMeant.StopTakenBack -> Meant.StopTakenBack
        is BoundMeant.End -> Meant.End(atUs.toLong())
    }

internal fun BoundNotice.asNotice(): Notice =
    when (this) {
        is BoundNotice.TrackLost -> Notice.TrackLost(track.asTrack(), cause.asCause())
        is BoundNotice.TrackBack -> Notice.TrackBack(track.asTrack())
        is BoundNotice.Interrupted -> Notice.Interrupted(cause.asCause())
        is BoundNotice.Stalled -> Notice.Stalled(track.asTrack())
        is BoundNotice.Warned -> Notice.Warned(subject)
        is BoundNotice.Well -> Notice.Well(subject)
        is BoundNotice.Reminded -> Notice.Reminded(subject)
        is BoundNotice.ClockWasSet -> Notice.ClockWasSet
    }

internal fun BoundOwed.asOwed(): Owed =
    when (this) {
        is BoundOwed.Preflight -> Owed.Preflight
        is BoundOwed.PlaceDescription -> Owed.PlaceDescription
        is BoundOwed.OfficersDescription -> Owed.OfficersDescription
        is BoundOwed.SubjectDescription -> Owed.SubjectDescription
        is BoundOwed.Opening -> Owed.Opening(missing.map { it.asElement() })
        is BoundOwed.InterruptionReason -> Owed.InterruptionReason(interruption.toLong())
        is BoundOwed.WrittenStatement -> Owed.WrittenStatement(interruption?.toLong())
        is BoundOwed.FilmingNotice -> Owed.FilmingNotice
    }
