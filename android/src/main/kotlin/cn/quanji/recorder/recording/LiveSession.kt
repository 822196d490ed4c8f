package cn.quanji.recorder.recording

import cn.quanji.recorder.capture.Lane
import cn.quanji.recorder.capture.MonoClock
import cn.quanji.recorder.capture.PhoneSays
import cn.quanji.recorder.capture.PhoneSignals
import cn.quanji.recorder.capture.PictureSays
import cn.quanji.recorder.capture.PictureSource
import cn.quanji.recorder.capture.Presence
import cn.quanji.recorder.capture.SoundSays
import cn.quanji.recorder.capture.SoundSource
import cn.quanji.recorder.capture.SourceTrials
import cn.quanji.recorder.core.Aloud
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Asked
import cn.quanji.recorder.core.Begun
import cn.quanji.recorder.core.Cause
import cn.quanji.recorder.core.Conditions
import cn.quanji.recorder.core.Key
import cn.quanji.recorder.core.Meant
import cn.quanji.recorder.core.Notice
import cn.quanji.recorder.core.OpeningElement
import cn.quanji.recorder.core.PhraseOf
import cn.quanji.recorder.core.Recorder
import cn.quanji.recorder.core.RunningStatus
import cn.quanji.recorder.core.Secrecy
import cn.quanji.recorder.core.Speech
import cn.quanji.recorder.core.StartedBy
import cn.quanji.recorder.core.Step
import cn.quanji.recorder.core.Track
import cn.quanji.recorder.core.Tried
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.core.Wanted
import cn.quanji.recorder.core.Wish
import cn.quanji.recorder.keys.Hands
import cn.quanji.recorder.telling.Change
import cn.quanji.recorder.telling.Telling
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlin.random.Random

/**
 * The running record on this phone: what the sources say goes to the core, what the core means is carried out.
 *
 * Everything but the frames happens on one lane. What a press means, what is owed, when quality changes and whether a track is lost is the core's;
 * here it is only done.
 */
class LiveSession(
    private val recorder: Recorder,
    picture: PictureSource,
    sound: SoundSource,
    private val signals: PhoneSignals,
    private val presence: Presence,
    private val telling: Telling,
    /** What a preset of a reason is called, in the language of the record. */
    private val word: (ReasonPreset) -> String,
    /** What is read aloud, in the same language. */
    private val aloud: Aloud,
    /** By policy and the officer's choice, in HEVC only where this phone has an encoder for it. */
    private val wanted: () -> Wanted,
    private val lane: Lane,
    private val clock: MonoClock,
    chance: Random,
    private val nowMs: () -> Long = System::currentTimeMillis,
) : RecordingSession, Hands, SourceTrials {
    private val states = MutableStateFlow<RecordingState>(RecordingState.Idle)
    override val state: StateFlow<RecordingState> = states.asStateFlow()
    private var run: Run? = null
    private val shift = Shift()
    private val sources = Sources(picture, sound, recorder, lane, clock, chance, ::heed, ::heed, ::quality)

    /** By what the start that is meant next was asked for. */
    private var by = StartedBy.Button

    override fun onEvent(event: RecordingEvent) = lane.run {
        val nowUs = clock.nowUs()
        when (event) {
            is RecordingEvent.Start -> if (event.takeUp == null) wishOf(StartedBy.Button, Wish.Start) else takeUp(event.takeUp)
            RecordingEvent.HoldDown -> pressed(recorder.holdDown(nowUs))
            RecordingEvent.HoldUp -> pressed(recorder.holdUp(nowUs))
            RecordingEvent.StopDown -> pressed(recorder.stopDown(nowUs))
            RecordingEvent.StopUp -> pressed(recorder.stopUp(nowUs))
            // A double tap under TalkBack is as deliberate as a hold: it counts as one that is just over.
            RecordingEvent.UnlockOnPurpose -> pressed(recorder.holdDown(nowUs - HOLD_MS * 1000) + recorder.passed(nowUs))
            RecordingEvent.StopOnPurpose -> wishOf(StartedBy.Button, Wish.Stop)
            RecordingEvent.TakeStopBack -> wishOf(StartedBy.Button, Wish.Start)
            RecordingEvent.Photo -> wishOf(StartedBy.Button, Wish.Photo)
            RecordingEvent.Mark -> wishOf(StartedBy.Button, Wish.Mark)
            RecordingEvent.Spoken -> wishOf(StartedBy.Button, Wish.Spoken)
            is RecordingEvent.LineSaid -> lineSaid(event.element, nowUs)
            RecordingEvent.WayChanged -> changeWay()
            is RecordingEvent.PhraseSaid -> phraseSaid(event.of)
            RecordingEvent.ActFirst -> actFirst()
            RecordingEvent.NobodyPresent -> nobodyPresent()
            is RecordingEvent.Reason -> pressedReason(event)
            is RecordingEvent.StageChosen -> stage(event.stage)
            RecordingEvent.SomeoneFilms -> filmed(true, Confirmed.Filming, recorder.someoneFilms())
            RecordingEvent.FilmingTold -> filmed(false, Confirmed.FilmingTold, recorder.filmingTold())
            RecordingEvent.FilmingToldSecrets -> noted(Confirmed.FilmingTold, recorder.filmingToldSecrets())
            is RecordingEvent.SpanBegins -> spanBegins(event.secrecy, nowUs)
            is RecordingEvent.SpanEnds -> spanned(Confirmed.SpanEnded, recorder.spanEnds(event.span, nowUs))
            is RecordingEvent.Hindered -> hindered(recorder.obstruction(event.by))
        }
    }

    override fun key(key: Key, isDown: Boolean) = lane.run {
        by = StartedBy.Key
        val nowUs = clock.nowUs()
        pressed(if (isDown) recorder.keyDown(nowUs, key) else recorder.keyUp(nowUs, key))
    }

    override fun wish(wish: Wish) = lane.run { wishOf(StartedBy.Button, wish) }

    override fun begin(by: StartedBy) = lane.run { if (run == null) wishOf(by, Wish.Start) }

    override fun tryOut(asked: Asked.Picture?, done: (Tried?) -> Unit) = lane.run { if (run == null) sources.tryOut(asked, done) else done(null) }

    override fun stopTrying() = lane.run { sources.giveBack() }

    private fun wishOf(by: StartedBy, wish: Wish) {
        this.by = by
        pressed(recorder.wish(clock.nowUs(), wish))
    }

    /** A press is answered when its time is over, with or without another: so time is looked at then. */
    private fun pressed(meant: List<Meant>) {
        meant.forEach(::carryOut)
        lane.runIn(LONG_MS) { passed() }
        lane.runIn(HOLD_MS) { passed() }
        show()
    }

    private fun passed() {
        recorder.passed(clock.nowUs()).forEach(::carryOut)
        show()
    }

    private fun carryOut(meant: Meant) {
        val run = run
        when (meant) {
            Meant.Start -> start { recorder.begin(by) }
            is Meant.Mark -> noted(Confirmed.Mark, recorder.mark(meant.atUs), Change.Marked)
            is Meant.Photo -> if (run?.isPictureOn == true) sources.takePhoto() else telling.tell(Change.NoPhoto)
            is Meant.Spoken -> spoken(meant.atUs)
            Meant.Unlocked -> inHand(Run.InHand.Unlocked, Change.Unlocked)
            Meant.Locked -> inHand(Run.InHand.Locked, Change.Locked)
            is Meant.StopBegins -> inHand(Run.InHand.Stopping(meant.atUs), Change.StopBegins)
            Meant.StopTakenBack -> inHand(Run.InHand.Locked, Change.StopTakenBack)
            is Meant.End -> end()
        }
    }

    private fun inHand(hand: Run.InHand, change: Change) {
        run?.touch = hand
        telling.tell(change)
    }

    private fun takeUp(record: String) {
        if (run == null) start { recorder.takeUp(record) }
    }

    private fun start(begin: () -> Answer<Begun>) {
        states.value = RecordingState.Starting
        sources.giveBack()
        when (val begun = begin()) {
            is Answer.Of -> enter(begun.value)
            is Answer.Not -> notBegun(begun.trouble)
        }
    }

    private fun enter(begun: Begun) {
        val nowUs = clock.nowUs()
        presence.hold()
        val conditions = signals.conditions()
        val asked = when (val quality = recorder.beginQuality(wanted(), conditions)) {
            is Answer.Of -> quality.value
            is Answer.Not -> return leave(RecordingState.Broken(begun.record, quality.trouble), Change.Broken)
        }
        val run = Run(begun, nowUs, asked, Speaking(recorder, aloud)).also { this.run = it }
        run.hasCamera = conditions.hasCamera
        signals.start { says -> lane.run { heed(says) } }
        sources.open(run)
        recorder.stands(nowUs)
        telling.tell(Change.Started)
        run.speaking.begin(nowUs)
        standing(run)
        telling.tell(Change.OpeningAsked)
        lane.runIn(CHECK_MS) { check(run) }
        lane.runIn(SECOND_MS) { tick() }
        look()
        show()
    }

    private fun notBegun(trouble: Trouble) {
        recorder.isOver(clock.nowUs())
        states.value = RecordingState.NotBegun(trouble)
        telling.tell(Change.NotStarted)
    }

    private fun end() {
        val run = run ?: return
        quiet()
        when (val ended = recorder.end()) {
            is Answer.Of -> leave(RecordingState.Ended(run.record), Change.Ended)
            is Answer.Not -> leave(RecordingState.Broken(run.record, ended.trouble), Change.Broken)
        }
    }

    /** As soon as it shows whether camera and microphone deliver. Nothing waits for it. */
    private fun check(run: Run) {
        if (this.run !== run) return
        val notes = (recorder.preflight(signals.checked(), run.asked, run.hasCamera) as? Answer.Of)?.value ?: return
        recorder.shiftCheckOfToday()?.let { shift.checked(it.atMs, it.notes, nowMs(), clock.nowUs()) }
        run.note(shift.news(notes, clock.nowUs()), clock.nowUs())
        look()
        show()
    }

    private fun quiet() {
        sources.close()
        signals.stop()
    }

    private fun leave(state: RecordingState, change: Change) {
        run = null
        recorder.isOver(clock.nowUs())
        lane.forgetLater()
        states.value = state
        telling.tell(change)
        presence.release()
    }

    // What the sources say.

    private fun heed(says: PictureSays) {
        val run = run ?: return
        val nowUs = clock.nowUs()
        when (says) {
            is PictureSays.Format -> {
                run.layer.picture(says.format)
                run.pictureSinceUs = nowUs
                sources.lay()
                recorder.cameraGone(nowUs, false)
                recorder.encoderRuns(nowUs)
            }
            is PictureSays.CameraGone -> {
                run.hasCamera = !says.isIt
                if (says.isIt) {
                    recorder.cameraGone(nowUs, true)
                    sources.pictureOff(run)
                }
                quality(run)
            }
            PictureSays.EncoderFailed -> sources.encoderFailed(run)
            is PictureSays.Luma -> recorder.luma(nowUs, says.plane, says.width)
            is PictureSays.Photo -> noted(Confirmed.Photo, recorder.photo(says.jpeg, says.width, says.height), Change.PhotoTaken)
            PictureSays.NoPhoto -> telling.tell(Change.NoPhoto)
        }
        tellNotices(run)
    }

    private fun heed(says: SoundSays) {
        val run = run ?: return
        when (says) {
            is SoundSays.Format -> {
                run.layer.sound(says.format)
                sources.lay()
            }
            is SoundSays.Heard -> recorder.heard(says.frame, says.atUs, says.base)
            SoundSays.Reopened -> recorder.microphoneReopened()
            is SoundSays.Silenced -> recorder.clientSilenced(clock.nowUs(), says.isIt)
            SoundSays.Something -> Unit
            SoundSays.Failed -> sources.soundFailed(run)
        }
        tellNotices(run)
    }

    private fun heed(says: PhoneSays) {
        val run = run ?: return
        val nowUs = clock.nowUs()
        when (says) {
            is PhoneSays.Heated -> recorder.heat(nowUs, says.heat)
            is PhoneSays.Battery -> recorder.battery(nowUs, says.percent, says.isCharging)
            PhoneSays.ClockWasSet -> recorder.clockWasSet(nowUs)
            is PhoneSays.Upright -> recorder.upright(nowUs, says.permille)
            is PhoneSays.Moved -> recorder.movement(nowUs, says.permille)
            is PhoneSays.Away -> recorder.distance(nowUs, says.metres)
        }
        tellNotices(run)
    }

    // Once a second.

    private fun tick() {
        val run = run ?: return
        lane.runIn(SECOND_MS) { tick() }
        val nowUs = clock.nowUs()
        val isGone = !signals.isPermitted()
        if (isGone != run.isPermissionGone) {
            run.isPermissionGone = isGone
            recorder.permissionGone(nowUs, isGone)
        }
        recorder.free(nowUs, signals.freeBytes(), run.asked.bytesASecond)
        quality(run)
        tellNotices(run)
        passed()
        look()
        remind(run, nowUs)
        show()
    }

    /** What the core says of quality is done: the encoder is built anew, for a take of its own. */
    private fun quality(run: Run) {
        val now = conditions(run)
        run.batteryPercent = now.batteryPercent
        run.lasts = recorder.lasts(run.asked, signals.freeBytes(), now)
        val asked = (recorder.conditions(clock.nowUs(), now) as? Answer.Of)?.value ?: return
        run.asked = asked
        sources.pictureAnew(run)
        telling.tell(
            when (asked.step) {
                Step.SoundOnly -> Change.BecameSoundOnly
                Step.Hd -> Change.BecameHd
                Step.FullHd -> Change.BecameFullHd
            }
        )
    }

    private fun conditions(run: Run): Conditions = signals.conditions().copy(hasCamera = run.hasCamera)

    private fun tellNotices(run: Run) {
        val notices = (recorder.tick(clock.nowUs()) as? Answer.Of)?.value ?: return
        notices.forEach { notice(run, it) }
        if (notices.isNotEmpty()) show()
    }

    private fun notice(run: Run, notice: Notice) {
        when (notice) {
            is Notice.TrackLost -> {
                run.lost[notice.track] = notice.cause
                telling.tell(if (notice.track == Track.Audio) Change.SoundLost else Change.PictureLost)
            }
            is Notice.TrackBack -> {
                run.lost -= notice.track
                telling.tell(if (notice.track == Track.Audio) Change.SoundBack else Change.PictureBack)
            }
            is Notice.Interrupted -> {
                // The first one: what is noticed after it mostly follows from it.
                if (run.cause == null) run.cause = notice.cause
                telling.tell(Change.Interrupted)
            }
            is Notice.Stalled -> {
                run.stalled += notice.track
                sources.stalled(run, notice.track)
            }
            is Notice.Warned -> WARNINGS[notice.subject]?.let(telling::tell)
            is Notice.Reminded -> WARNINGS[notice.subject]?.let(telling::tell)
            is Notice.Well -> STALLS[notice.subject]?.let { run.stalled -= it }
            Notice.ClockWasSet -> Unit
        }
    }

    private fun look() {
        val run = run ?: return
        val before = run.status
        when (val status = recorder.status()) {
            is RunningStatus.Running -> {
                val asked = run.reasonAskedFor
                run.status = status
                if (before?.isInterrupted == true && !status.isInterrupted) telling.tell(Change.GoesOn)
                if (!status.isInterrupted) run.cause = null
                if (run.reasonAskedFor != asked) reasonAsked(run)
                run.speaking.look(run.missing, run.stage)
            }
            is RunningStatus.Broken -> {
                quiet()
                leave(RecordingState.Broken(status.record, status.trouble), Change.Broken)
            }
            RunningStatus.Idle -> {
                quiet()
                leave(RecordingState.Idle, Change.Broken)
            }
        }
    }

    private fun show() {
        val run = run ?: return
        states.value = run.shown(clock.nowUs())
    }

    // What the officer says.

    /** What is spoken from now on may be the reason; what was measured says of what. */
    private fun reasonAsked(run: Run) {
        run.speaking.begin(clock.nowUs())
        if (run.reasonAskedFor != null) standing(run)
        run.speaking.asks(if (run.reasonAskedFor == null) null else run.brokeBy ?: Cause.Unknown)
    }

    /** What the record says of itself that is not asked for every second. */
    private fun standing(run: Run) {
        val standing = (recorder.standing(run.record) as? Answer.Of)?.value ?: return
        run.openSpans = standing.openSpans
        run.brokeBy = standing.brokeBy
    }

    /** "Already spoken": the reason that is asked for, otherwise all that is shown of the opening. */
    private fun spoken(atUs: Long) {
        val run = run ?: return
        look()
        val interruption = run.reasonAskedFor
        when {
            interruption != null -> heard(Confirmed.Reason, run.speaking.saidReason(atUs, interruption, run.brokeBy ?: Cause.Unknown))
            run.speaking.lines.isNotEmpty() -> heard(Confirmed.Spoken, run.speaking.saidAll(atUs))
            // Nothing is asked: that it was pressed stands in the record, like any mark.
            else -> return noted(Confirmed.Mark, recorder.mark(atUs), Change.Marked)
        }
        if (run.missing.isEmpty()) run.speaking.begin(clock.nowUs())
    }

    private fun lineSaid(element: OpeningElement, nowUs: Long) {
        val run = run ?: return
        heard(Confirmed.Spoken, run.speaking.said(nowUs, element))
        // What comes next is asked for by ear: nobody need look at the page.
        run.remindedUs = nowUs
        run.speaking.lines.firstOrNull()?.let { telling.tell(Change.asking(it.element)) }
    }

    private fun pressedReason(event: RecordingEvent.Reason) {
        val run = run ?: return
        val cause = if (event.preset == ReasonPreset.PhoneCall) Cause.PhoneCall else Cause.Unknown
        val done = run.speaking.pressedReason(clock.nowUs(), event.interruption, cause, word(event.preset)) ?: return telling.tell(Change.NotNoted)
        noted(Confirmed.Reason, done)
    }

    private fun phraseSaid(of: PhraseOf) {
        run?.let { noted(Confirmed.Phrase, recorder.phrase(of, it.speaking.how)) }
    }

    private fun changeWay() {
        run?.speaking?.changeWay()
        show()
    }

    private fun actFirst() {
        val done = recorder.actFirst()
        if (done is Answer.Of) run?.isActFirst = true
        noted(Confirmed.ActFirst, done)
    }

    private fun nobodyPresent() {
        val done = recorder.nobodyPresent()
        if (done is Answer.Of) run?.speaking?.isNobodyPresent = true
        noted(Confirmed.NobodyPresent, done)
    }

    /** What is missing of the opening is asked for again, by its name: after a minute, and where the officer acts first after five. */
    private fun remind(run: Run, nowUs: Long) {
        if (run.speaking.lines.isEmpty() || nowUs - run.remindedUs < if (run.isActFirst) REMIND_LATER_US else REMIND_US) return
        // Once a minute for an hour would be part of the film: each time it is twice as long.
        run.remindedUs = nowUs + (nowUs - run.beganUs)
        run.speaking.lines.forEach { telling.tell(Change.asking(it.element)) }
    }

    /** What the officer says, and what was measured of it: both are told, and neither stands for the other. */
    private fun heard(confirmed: Confirmed, done: Answer<Speech?>?) {
        when (done) {
            null -> telling.tell(Change.NotNoted)
            is Answer.Not -> noted(confirmed, done)
            is Answer.Of -> noted(confirmed, done, done.value?.let { Change.hearing(it) } ?: Change.Noted, done.value)
        }
    }

    private fun spanBegins(secrecy: Secrecy, nowUs: Long) {
        val done = recorder.spanBegins(secrecy, nowUs)
        if (secrecy == Secrecy.StateSecret) spanned(Confirmed.UploadStopped, done, Change.UploadStopped) else spanned(Confirmed.Span, done)
    }

    private fun spanned(confirmed: Confirmed, done: Answer<Unit>, change: Change = Change.Noted) {
        run?.let(::standing)
        noted(confirmed, done, change)
    }

    private fun hindered(done: Answer<Boolean>) = noted(if (done is Answer.Of && done.value) Confirmed.PoliceBundle else Confirmed.Obstruction, done)

    private fun stage(stage: Stage) {
        val done = recorder.stage(stage.ordinal)
        if (done is Answer.Of) run?.stage = stage
        noted(Confirmed.Stage, done)
    }

    private fun filmed(isIt: Boolean, confirmed: Confirmed, done: Answer<Unit>) {
        if (done is Answer.Of) run?.isSomeoneFilming = isIt
        noted(confirmed, done)
    }

    /** What stands on the disk is confirmed, and what does not is not. */
    private fun noted(confirmed: Confirmed, done: Answer<*>, change: Change = Change.Noted, heard: Speech? = null) {
        when (done) {
            is Answer.Of -> {
                run?.confirm(confirmed, heard, clock.nowUs())
                telling.tell(change)
            }
            is Answer.Not -> telling.tell(Change.NotNoted)
        }
        look()
        show()
    }

    private companion object {
        const val SECOND_MS = 1_000L
        const val REMIND_US = 60_000_000L
        const val REMIND_LATER_US = 300_000_000L

        /** The check is to be done within two seconds: what gives nothing by then does not deliver. */
        const val CHECK_MS = 1_900L

        /** A little after the core's own times for a long press and a hold: then it is asked. */
        const val LONG_MS = 810L
        const val HOLD_MS = 2_010L

        val STALLS = mapOf("picture_stalled" to Track.Video, "sound_stalled" to Track.Audio)

        /** What a watch's warning or reminder is called; the others are told as lost tracks and interruptions. */
        val WARNINGS = mapOf(
            "muffled" to Change.Muffled,
            "lens_dark" to Change.LensDark,
            "lens_covered" to Change.LensCovered,
            "upside_down" to Change.UpsideDown,
            "space_low" to Change.SpaceLow,
            "battery_low" to Change.BatteryLow,
            "hot" to Change.Hot,
            "still" to Change.Still,
            "left_the_place" to Change.LeftThePlace,
        )
    }
}
