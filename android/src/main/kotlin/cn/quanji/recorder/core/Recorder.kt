package cn.quanji.recorder.core

import cn.quanji.core.CompanionLine
import cn.quanji.core.Confirmed
import cn.quanji.core.Core as Bound
import cn.quanji.core.Deed
import cn.quanji.core.EndedHow
import cn.quanji.core.Done
import cn.quanji.core.Excuse
import cn.quanji.core.Filming
import cn.quanji.core.Format
import cn.quanji.core.NamedOfficer
import cn.quanji.core.NoticeOf
import cn.quanji.core.Party
import cn.quanji.core.Phase
import cn.quanji.core.PhoneCheck
import cn.quanji.core.Press
import cn.quanji.core.Prompt
import cn.quanji.core.ProvenOfficer
import cn.quanji.core.ReasonHow
import cn.quanji.core.Sample
import cn.quanji.core.StageOf
import cn.quanji.core.Started
import cn.quanji.core.Status
import cn.quanji.core.askedAtStart
import cn.quanji.core.companionCode
import cn.quanji.core.isActivityCard
import cn.quanji.core.lasts
import cn.quanji.core.pictureAt
import cn.quanji.core.qr
import cn.quanji.core.wantedByChoice

/**
 * The record that runs, in the core. What an act means for it is decided there; an answer that says `Not` was not made durable.
 *
 * `begin`, `takeUp`, `end` and everything that is said wait for the disk; measures and presses do not.
 */
class Recorder(private val vault: Vault) {
    /** Whom the running record names as the one who holds this phone; what is done from then on is done by that one. */
    @Volatile private var holder: ProvenOfficer? = null

    fun begin(by: StartedBy): Answer<Begun> = enter { it.begin(by.asBound()) }.also { holder = null }

    fun takeUp(record: String): Answer<Begun> = enter { it.takeUp(record) }.also { holdAs(record) }

    fun end(): Answer<Unit> = ask { it.end(holder, EndedHow.OFFICER) }

    /** What stands in a record, one that runs included. */
    fun standing(record: String): Answer<Standing> = ask { it.standing(record).asStanding() }

    fun status(): RunningStatus =
        when (val vault = vault.open()) {
            is Answer.Not -> RunningStatus.Idle
            is Answer.Of -> when (val status = vault.value.status()) {
                is Status.Idle -> RunningStatus.Idle
                is Status.Broken -> RunningStatus.Broken(status.record, status.why.asTrouble())
                is Status.Running -> status.running.run {
                    RunningStatus.Running(
                        record, phase == Phase.INTERRUPTED, owed.map { it.asOwed() }, acknowledgedMonoUs?.toLong(), takes.toLong(), mediaBytes.toLong(), isDiskFull,
                    )
                }
            }
        }

    fun lay(format: TakeFormat): Answer<Unit> = ask {
        it.setFormat(
            Format(
                format.video?.run { cn.quanji.core.PictureFormat(coding.asBound(), parameterSets) },
                format.audio?.config,
                (format.audio?.primingSamples ?: 0).toUInt(),
                format.rotationDegrees.toUInt(),
                cn.quanji.core.CameraClock(format.clock.base.asBound(), format.clock.sleptUs),
            )
        )
    }

    /** At which instant the microphone heard which frame, counted from 0 since it was opened. */
    fun heard(frame: Long, atUs: Long, base: ClockBase): Answer<Unit> = ask { it.heard(frame, atUs, base.asBound()) }

    fun microphoneReopened(): Answer<Unit> = ask { it.microphoneReopened() }

    /** By the agency's policy, and where it says nothing or the vault is closed, by what the officer chose. */
    fun wanted(best: Step, isHevc: Boolean): Wanted =
        when (val wanted = ask { it.wanted(best.asBound(), isHevc).asWanted() }) {
            is Answer.Of -> wanted.value
            is Answer.Not -> wantedByChoice(best.asBound(), isHevc).asWanted()
        }

    /** The step to begin at. */
    fun beginQuality(wanted: Wanted, now: Conditions): Answer<Asked> = ask { it.beginQuality(wanted.asBound(), now.asBound()).asAsked() }

    /** A change of step that the conditions force or allow; null for none. */
    fun conditions(nowUs: Long, now: Conditions): Answer<Asked?> = ask { it.conditions(nowUs.toULong(), now.asBound())?.asAsked() }

    /** What a recording would begin at, for who asks before it does. */
    fun askedAtStart(wanted: Wanted, now: Conditions): Asked = askedAtStart(wanted.asBound(), now.asBound()).asAsked()

    /** How long it lasts at a step: said before it starts, and while it runs. */
    fun lasts(asked: Asked, freeBytes: Long, now: Conditions): Lasts =
        lasts(asked.asBound(), freeBytes.toULong(), now.asBound()).run { Lasts(spaceS.toLong(), batteryS?.toLong()) }

    /** What an encoder would be asked for: to look whether the phone has one that can. */
    fun pictureAt(wanted: Wanted, step: Step, coding: Coding): Asked.Picture? = pictureAt(wanted.asBound(), step.asBound(), coding.asBound())?.asPicture()

    fun tick(nowUs: Long): Answer<List<Notice>> = ask { core -> core.tick(nowUs.toULong()).map { it.asNotice() } }

    fun keyDown(nowUs: Long, key: Key) = press(nowUs, Press.Down(key.asBound()))

    fun keyUp(nowUs: Long, key: Key) = press(nowUs, Press.Up(key.asBound()))

    fun wish(nowUs: Long, wish: Wish) = press(nowUs, Press.Action(wish.asBound()))

    fun holdDown(nowUs: Long) = press(nowUs, Press.HoldDown)

    fun holdUp(nowUs: Long) = press(nowUs, Press.HoldUp)

    fun stopDown(nowUs: Long) = press(nowUs, Press.StopDown)

    fun stopUp(nowUs: Long) = press(nowUs, Press.StopUp)

    fun stands(nowUs: Long) = press(nowUs, Press.Started)

    fun isOver(nowUs: Long) = press(nowUs, Press.Over)

    fun passed(nowUs: Long) = press(nowUs, Press.Tick)

    fun clientSilenced(nowUs: Long, isIt: Boolean) = sample(nowUs, Sample.ClientSilenced(isIt))

    fun cameraGone(nowUs: Long, isIt: Boolean) = sample(nowUs, Sample.CameraGone(isIt))

    /** What to ask of the next encoder of the picture, where that is something else than of the one that failed. */
    fun encoderFailed(nowUs: Long): Answer<Asked?> = ask { it.encoderFailed(nowUs.toULong())?.asAsked() }

    fun encoderRuns(nowUs: Long) = sample(nowUs, Sample.EncoderFailed(false))

    fun permissionGone(nowUs: Long, isIt: Boolean) = sample(nowUs, Sample.PermissionGone(isIt))

    fun luma(nowUs: Long, plane: ByteArray, width: Int) = sample(nowUs, Sample.Luma(plane, width.toUInt()))

    fun upright(nowUs: Long, permille: Int) = sample(nowUs, Sample.Upright(permille.coerceIn(-1000, 1000).toShort()))

    fun movement(nowUs: Long, permille: Int) = sample(nowUs, Sample.Movement(permille.coerceIn(0, 60_000).toUShort()))

    fun free(nowUs: Long, bytes: Long, bytesASecond: Long) = sample(nowUs, Sample.Free(bytes.toULong(), bytesASecond.toULong()))

    fun battery(nowUs: Long, percent: Int, isCharging: Boolean) = sample(nowUs, Sample.Battery(percent.toUByte(), isCharging))

    fun heat(nowUs: Long, heat: Heat) = sample(nowUs, Sample.Thermal(heat.asBound()))

    fun distance(nowUs: Long, metres: Long) = sample(nowUs, Sample.Distance(metres.coerceIn(0, Int.MAX_VALUE.toLong()).toUInt()))

    fun clockWasSet(nowUs: Long) = sample(nowUs, Sample.ClockSet)

    /** What the phone measured (第十三条), beside what the core sees itself; answered by what is worth a word. */
    fun preflight(now: Checked, asked: Asked, hasCamera: Boolean): Answer<List<CheckNote>> = add(
        Deed.Preflight(phoneCheck(now, asked, hasCamera))
    ) { done -> done.prompts.mapNotNull { (it as? Prompt.Warning)?.note?.asNote() } }

    /** What was measured before duty (班前检查), judged, signed and kept by the core; `Busy` while a record runs. */
    fun checkBeforeDuty(now: Checked, asked: Asked, tried: Tried): Answer<ShiftCheck> =
        ask { it.checkBeforeDuty(phoneCheck(now, asked, hasCamera = true), tried.asBound()).asCheck() }

    /** The last check before duty of today; null where none was done. */
    fun shiftCheckOfToday(): ShiftCheck? = (ask { it.shiftCheckOfToday()?.asCheck() } as? Answer.Of)?.value

    private fun phoneCheck(now: Checked, asked: Asked, hasCamera: Boolean) = PhoneCheck(
        batteryPercent = now.batteryPercent?.toUByte(),
        charging = now.isCharging,
        freeBytes = now.freeBytes.toULong(),
        bytesASecond = asked.bytesASecond.toULong(),
        hasCamera = hasCamera,
        asksPicture = asked.picture != null,
        location = now.located?.asBound(),
        thermal = now.heat?.asBound(),
        batterySaver = now.savesBattery,
        permissions = now.permitted.asBound(),
    )

    /** A passage that will be said to have been spoken begins now. */
    fun beginPassage(nowUs: Long): Answer<Long> = ask { it.beginPassage(nowUs.toULong()).toLong() }

    fun mark(atUs: Long): Answer<Unit> = say(Deed.Mark("officer", atUs.toULong()))

    fun photo(jpeg: ByteArray, width: Int, height: Int): Answer<Unit> = say(Deed.Photo(jpeg, width.toUShort(), height.toUShort()))

    /** The officer says that these were told (已说明), by what was shown as [text]; what was heard in the passage is measured against it. */
    fun opening(passage: Long, toUs: Long, elements: List<OpeningElement>, text: String, how: Told): Answer<Speech?> =
        spoken(Deed.Opening(passage.toULong(), toUs.toULong(), elements.map { it.asBound() }, text, Confirmed.NOW, how.asBound()))

    fun actFirst(): Answer<Unit> = say(Deed.OpeningExcused(Excuse.ACT_FIRST, null))

    /** Whether a text is the card of another phone's activity. */
    fun isCard(text: String): Boolean = isActivityCard(text)

    /** The running record joins the activity of that card. */
    fun join(card: String): Answer<Unit> = ask { it.joinActivity(holder, card) }

    /** By which a second phone joins: the record begins an activity when it has none. Null where the core gives no code. */
    fun joining(record: String): Joining? {
        val card = ask { core -> core.activityCard(record) ?: core.beginActivity(holder).let { core.activityCard(record) } }
        val code = (card as? Answer.Of)?.value ?: return null
        return qr(code)?.let { Joining(code, QrCode(it.size.toInt(), it.dark.toBooleanArray())) }
    }

    /** What is enforced, and what is known of the party; a name follows when it is established. */
    fun subject(party: PartyKnown, matter: Matter?): Answer<Unit> = say(Deed.Subject(party.asBound(), null, matter?.code, null))

    fun nobodyPresent(): Answer<Unit> = say(Deed.Subject(Party.NOBODY_PRESENT, null, null, null))

    /** Who is here, and who of them holds this phone. */
    fun officers(record: String, officers: List<Officer>, holder: Int): Answer<Unit> =
        say(Deed.Officers(officers.map { NamedOfficer(it.name, it.certificate) }, holder.toUInt())).also { if (it is Answer.Of) holdAs(record) }

    fun spokenReason(interruption: Long, cause: Cause, passage: Long, toUs: Long, text: String): Answer<Speech?> =
        spoken(Deed.Reason(interruption.toULong(), cause.asBound(), passage.toULong(), toUs.toULong(), text, ReasonHow.SPOKEN, null))

    fun pressedReason(interruption: Long, cause: Cause, word: String, passage: Long, toUs: Long): Answer<Unit> =
        say(Deed.Reason(interruption.toULong(), cause.asBound(), passage.toULong(), toUs.toULong(), null, ReasonHow.PRESET, word))

    /** A notice or a line beside the opening was said. */
    fun phrase(of: PhraseOf, how: Told): Answer<Unit> =
        when (of) {
            PhraseOf.Latecomers -> say(Deed.Notice(NoticeOf.LATECOMERS, how.asBound()))
            PhraseOf.Secrets -> say(Deed.Notice(NoticeOf.SECRETS, how.asBound()))
            PhraseOf.Filming -> filmingTold()
            PhraseOf.Certificates -> companion(CompanionLine.CERTIFICATES, how)
            PhraseOf.Recusal -> companion(CompanionLine.RECUSAL, how)
            PhraseOf.StatementAndDefence -> companion(CompanionLine.STATEMENT_AND_DEFENCE, how)
        }

    private fun companion(line: CompanionLine, how: Told): Answer<Unit> = say(Deed.CompanionLine(companionCode(line), how.asBound()))

    /** [ordinal] is the place of the stage in the regulation's order. */
    fun stage(ordinal: Int): Answer<Unit> = say(Deed.Stage(StageOf.entries[ordinal]))

    fun someoneFilms(): Answer<Unit> = say(Deed.FilmingNotice(Filming.SOMEONE_FILMS, null))

    fun filmingTold(): Answer<Unit> = say(Deed.FilmingNotice(Filming.TOLD, null))

    /** Those who film were asked to spare what is secret or private. */
    fun filmingToldSecrets(): Answer<Unit> = say(Deed.FilmingNotice(Filming.TOLD_SECRETS, null))

    fun spanBegins(secrecy: Secrecy, fromUs: Long): Answer<Unit> = say(Deed.ConfidentialSpan(secrecy.asBound(), fromUs.toULong(), null))

    fun spanEnds(span: OpenSpan, toUs: Long): Answer<Unit> = say(Deed.ConfidentialSpan(span.secrecy.asBound(), span.fromUs.toULong(), toUs.toULong()))

    /** Whether the rules offer the record for the police (第二十三条). */
    fun obstruction(kind: Obstruction): Answer<Boolean> = add(Deed.Obstruction(kind.asBound())) { Prompt.PoliceBundle in it.prompts }

    private fun enter(begin: (Bound) -> cn.quanji.core.Begun): Answer<Begun> = ask { begin(it).run { Begun(record, FrameDoor(handle)) } }

    private fun say(deed: Deed): Answer<Unit> = add(deed) {}

    /** Whatever is said of a passage, the core says what it measured; null where nothing was to be heard. */
    private fun spoken(deed: Deed): Answer<Speech?> = add(deed) { it.speech?.asSpeech() }

    private fun <T> add(deed: Deed, of: (Done) -> T): Answer<T> = ask { of(it.add(holder, deed)) }

    private fun holdAs(record: String) {
        holder = (ask { it.standing(record).holder } as? Answer.Of)?.value
    }

    private fun sample(nowUs: Long, sample: Sample): Answer<Unit> = ask { it.sample(nowUs.toULong(), sample) }

    /** Nothing is meant while the vault cannot be opened: the start that would have been is tried, and says why not. */
    private fun press(nowUs: Long, press: Press): List<Meant> =
        when (val vault = vault.open()) {
            is Answer.Of -> vault.value.press(nowUs.toULong(), press).map { it.asMeant() }
            is Answer.Not -> if (press is Press.Action && press.wish == cn.quanji.core.Wish.START) listOf(Meant.Start) else emptyList()
        }

    private fun <T> ask(ask: (Bound) -> T): Answer<T> =
        when (val vault = vault.open()) {
            is Answer.Not -> vault
            is Answer.Of -> answer { ask(vault.value) }
        }
}
