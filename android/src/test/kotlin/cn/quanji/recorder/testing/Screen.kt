package cn.quanji.recorder.testing

import cn.quanji.recorder.R
import cn.quanji.recorder.Route
import cn.quanji.recorder.capture.FinderSays
import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.AgencyQuality
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.AtDock
import cn.quanji.recorder.core.BatteryLasts
import cn.quanji.recorder.core.Brought
import cn.quanji.recorder.core.Carried
import cn.quanji.recorder.core.CheckDone
import cn.quanji.recorder.core.CheckNote
import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.core.CoreState
import cn.quanji.recorder.core.Crew
import cn.quanji.recorder.core.FolderWanted
import cn.quanji.recorder.core.Issued
import cn.quanji.recorder.core.Joins
import cn.quanji.recorder.core.Lasting
import cn.quanji.recorder.core.Matter
import cn.quanji.recorder.core.NotCarried
import cn.quanji.recorder.core.OpenSpan
import cn.quanji.recorder.core.PartyKnown
import cn.quanji.recorder.core.SceneChosen
import cn.quanji.recorder.core.Secrecy
import cn.quanji.recorder.core.SelfCheck
import cn.quanji.recorder.core.Speech
import cn.quanji.recorder.core.Step
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.core.Waits
import cn.quanji.recorder.core.Writing
import cn.quanji.recorder.recording.Confirmed
import cn.quanji.recorder.recording.RecordingState
import kotlinx.coroutines.CompletableDeferred

/** Every screen in a state worth looking at, some after a [press], and the [answer] that is offered then. [isMain]: in all lights, languages and sizes; the others once. */
enum class Screen(val route: Route, val isMain: Boolean, val prepare: TestApp.() -> Unit, val press: Int? = null, val answer: Int? = null) {
    Home(Route.Home, true, { records.home = { Answer.Of(Samples.home) } }),
    HomeOfActivity(Route.Home, true, { records.home = { Answer.Of(Samples.ofActivity) } }),
    HomeDrafted(Route.Home, false, { records.home = { Answer.Of(Samples.drafted) } }),
    HomeEmpty(Route.Home, false, { records.home = { Answer.Of(Samples.nothing) }; handOver.link.value = AgencyLink.NotEnrolled }),
    HomeUnknown(Route.Home, false, { records.home = { Answer.Of(Samples.nothing) }; lasting = Lasting(spaceS = null, BatteryLasts.Unknown) }),
    HomeCutOff(Route.Home, false, { records.home = { Answer.Of(Samples.cutOff) }; handOver.link.value = AgencyLink.NoNetwork }),
    HomeClosed(Route.Home, false, { records.home = { Answer.Not(Trouble.KeysGone) } }),
    Scene(Route.Scene, true, { scenes.choose(SceneChosen(Matter.Sealing, PartyKnown.Present)) }),
    SceneJoining(Route.Scene, false, { scenes.choose(SceneChosen(Matter.Sealing, PartyKnown.Present)); scenes.joining = Samples.joining; scenes.isRecorded.value = true }),
    SceneJoins(Route.Scene, false, { scenes.joins.value = Joins.OnStart }),
    SceneCrew(Route.Scene, true, { roster.officers.value = Samples.officers; scenes.choose(Crew(Samples.officers, Samples.officers[1])) }),
    Recording(Route.Recording, true, { session.state.value = inWords(Samples.running) }),
    RecordingUnlocked(Route.Recording, true, { session.state.value = inWords(Samples.unlocked) }),
    RecordingDoubt(Route.Recording, true, { session.state.value = inWords(Samples.unlocked.copy(confirmed = Confirmed.Spoken, heard = Speech.Short)) }),
    RecordingChecked(Route.Recording, true, { session.state.value = inWords(Samples.running.copy(notes = listOf(CheckNote.BatteryLow, CheckNote.ClockUnchecked, CheckNote.LocationDenied))) }),
    RecordingPhrases(Route.Recording, true, { session.state.value = inWords(Samples.unlocked) }, press = R.id.more, answer = R.string.recording_phrases),
    RecordingSecrecy(Route.Recording, false, { session.state.value = Samples.unlocked.copy(openSpans = listOf(OpenSpan(Secrecy.Privacy, 1))) }, press = R.id.more, answer = R.string.recording_secrecy),
    RecordingObstruction(Route.Recording, false, { session.state.value = Samples.unlocked }, press = R.id.more, answer = R.string.recording_obstruction),
    RecordingInSun(Route.Recording, false, { session.state.value = Samples.unlocked; preferences.choose(preferences.choices.value.copy(isRecordingLight = true)) }),
    RecordingSilenced(Route.Recording, false, { session.state.value = Samples.silenced }),
    RecordingSoundOnly(Route.Recording, false, { session.state.value = Samples.soundOnly }),
    RecordingBrokenOff(Route.Recording, false, { session.state.value = Samples.brokenOff }),
    RecordingReason(Route.Recording, true, { session.state.value = inWords(Samples.resumed) }),
    RecordingFilming(Route.Recording, true, { session.state.value = inWords(Samples.unlocked.copy(isSomeoneFilming = true)) }),
    RecordingFilmingPanel(Route.Recording, false, { session.state.value = inWords(Samples.unlocked) }, press = R.id.filming),
    RecordingFilmingLocked(Route.Recording, false, { session.state.value = inWords(Samples.running.copy(isSomeoneFilming = true)) }),
    RecordingMore(Route.Recording, false, { session.state.value = Samples.unlocked }, press = R.id.more),
    RecordingConfirmed(Route.Recording, false, { session.state.value = Samples.unlocked.copy(confirmed = Confirmed.Photo) }),
    RecordingPreview(Route.Recording, false, { session.state.value = Samples.unlocked; viewfinder.glimpse = Samples.glimpse }, press = R.id.more, answer = R.string.recording_preview),
    RecordingStopping(Route.Recording, true, { session.state.value = Samples.stopping }),
    RecordingIdle(Route.Recording, false, { session.state.value = RecordingState.Idle }),
    RecordingBroken(Route.Recording, false, { session.state.value = RecordingState.Broken(Samples.sealing.record, Trouble.DiskFull) }),
    RecordingPractice(Route.Recording, false, { session.state.value = Samples.unlocked; preferences.choose(preferences.choices.value.copy(isPractice = true)) }),
    LastPage(Route.LastPage(Samples.sealing.record), true, { records.details[Samples.sealing.record] = Answer.Of(Samples.complete) }),
    LastPageByRule(Route.LastPage(Samples.sealing.record), false, { records.details[Samples.sealing.record] = Answer.Of(Samples.byRule) }),
    LastPageOwing(Route.LastPage(Samples.inquiry.record), true, { records.details[Samples.inquiry.record] = Answer.Of(Samples.owing) }),
    Queue(Route.Queue, true, { handOver.queue.value = Samples.queue; handOver.link.value = AgencyLink.NoNetwork }),
    QueueRetrying(Route.Queue, false, { handOver.queue.value = Samples.queue.map { it.copy(waits = Waits.AgencyBusy) }; handOver.link.value = AgencyLink.Reachable }),
    Dock(Route.Dock, true, { lastDock.address = "https://192.168.8.1:8601" }),
    DockNoAddress(Route.Dock, false, { lastDock.address = "一号柜" }, press = R.id.hand_over),
    DockHandingOver(Route.Dock, false, { lastDock.address = "dock.example"; handOver.queue.value = Samples.queue }, press = R.id.hand_over),
    DockAllThere(Route.Dock, true, { lastDock.address = "dock.example"; handOver.atDock = CompletableDeferred(AtDock.AllThere) }, press = R.id.hand_over),
    DockWritten(Route.Dock, false, { carrying.written += { _, _ -> Carried.Written(records = 3, unreadable = 1, bytes = 1_310_000_000, name = "quanji-20261123-180000.zip") }; pickedFolder.bring(FolderWanted.ToWrite, "a stick") }),
    DockFull(Route.Dock, false, { carrying.written += { _, _ -> Carried.Not(NotCarried.Full) }; pickedFolder.bring(FolderWanted.ToWrite, "a stick") }),
    DockBrought(Route.Dock, true, { carrying.brought += Brought.Receipts(Samples.brought); pickedFolder.bring(FolderWanted.ToRead, "a stick") }),
    Record(Route.Record(Samples.sealing.record), true, { records.details[Samples.sealing.record] = Answer.Of(Samples.whole); records.check = Answer.Of(SelfCheck.Whole(lines = 146, vouched = 0)) }),
    RecordDelivered(Route.Record(Samples.served.record), false, { records.details[Samples.served.record] = Answer.Of(Samples.delivered) }),
    RecordByRule(Route.Record(Samples.sealing.record), false, { records.details[Samples.sealing.record] = Answer.Of(Samples.byRule) }),
    RecordAway(Route.Record(Samples.sealing.record), false, { records.details[Samples.sealing.record] = Answer.Of(Samples.whole) }, press = R.id.away),
    RecordCorrecting(Route.Record(Samples.sealing.record), false, { records.details[Samples.sealing.record] = Answer.Of(Samples.whole) }, press = R.id.correct),
    Checklist(Route.Checklist(Samples.sealing.record), true, { records.standings[Samples.sealing.record] = Answer.Of(Samples.standing) }),
    Roster(Route.Officers, true, { roster.officers.value = Samples.officers }),
    RecordAtStorage(Route.Record(Samples.served.record), false, { records.details[Samples.served.record] = Answer.Of(Samples.atStorage) }),
    Film(Route.Film(Samples.sealing.record), true, { films.films[Samples.sealing.record] = Answer.Of(Samples.film) }),
    FilmFreed(Route.Film(Samples.served.record), false, { films.films[Samples.served.record] = Answer.Of(Samples.freedFilm) }),
    FilmWhileRecording(Route.Film(Samples.sealing.record), false, { films.films[Samples.sealing.record] = Answer.Of(Samples.film); scenes.isRecorded.value = true }),
    Photo(Route.Photo(Samples.sealing.record, 0), true, { films.photos[0] = Answer.Of(Samples.jpeg) }),
    PhotoFreed(Route.Photo(Samples.served.record, 0), false, { films.photos[0] = Answer.Not(Trouble.Freed) }),
    Statement(Route.Write(Samples.inquiry.record, Writing.Statement(17)), true, {}),
    StatementTemplate(Route.Write(Samples.inquiry.record, Writing.Statement(17)), false, { records.templates[Samples.inquiry.record to 17L] = Samples.draft.text }),
    StatementDrafted(Route.Draft(Samples.draft.name), true, { records.drafts = Answer.Of(listOf(Samples.draft)) }),
    StatementAlone(Route.Draft(Samples.draftAlone.name), false, { records.drafts = Answer.Of(listOf(Samples.draftAlone)) }),
    StatementDraftGone(Route.Draft(Samples.draft.name), false, {}),
    Officers(Route.Write(Samples.inquiry.record, Writing.Officers), false, {}),
    Enrolment(Route.Enrolment, true, {}),
    EnrolmentComparing(Route.Enrolment, false, { scanned.bring(Samples.invitation) }),
    Enrolled(Route.Enrolment, false, { enrolment.trust = Samples.trust }),
    Scan(Route.Scan(CodeWanted.Invitation), true, { finder.says = FinderSays.Looks }),
    ScanAnother(Route.Scan(CodeWanted.Activity), false, { finder.says = FinderSays.Read("https://example.com") }),
    ScanNotPermitted(Route.Scan(CodeWanted.Invitation), false, { finder.says = FinderSays.NotPermitted }),
    ScanRecording(Route.Scan(CodeWanted.Activity), false, { finder.says = FinderSays.Recording }),
    Practice(Route.Practice, true, { preferences.choose(preferences.choices.value.copy(isPractice = true)) }),
    PracticeForgotten(Route.Practice, false, { practised.answers += Answer.Of(Unit) }, press = R.id.forget),
    ShiftCheck(Route.ShiftCheck, true, { shiftChecks.measured.complete(CheckDone.Of(Samples.checked)) }),
    ShiftCheckMeasuring(Route.ShiftCheck, false, {}),
    ShiftCheckWell(Route.ShiftCheck, false, { shiftChecks.measured.complete(CheckDone.Of(Samples.checkedWell)) }),
    ShiftCheckRecording(Route.ShiftCheck, false, { shiftChecks.measured.complete(CheckDone.Recording) }),
    Settings(Route.Settings, true, { background.mayBePutToSleep = true }),
    SettingsOfAgency(Route.Settings, false, { issuance.quality = AgencyQuality(Step.Hd, isHevc = true) }),
    SettingsOfMaker(Route.Settings, false, { background.mayBePutToSleep = true; background.hasMakersList = true }),
    AboutNothingIssued(Route.About, false, { coreState = CoreState.Loaded("0.1.0"); issuance.issued = Answer.Of(Issued(emptyList(), emptyList(), arePhrasesShipped = true, notObeyed = emptyList())) }),
    About(Route.About, true, { coreState = CoreState.Loaded("0.1.0") }),
    Licences(Route.Licences, true, {});

    private companion object {
        /** What is read aloud, in the language of the screen. */
        fun TestApp.inWords(state: RecordingState.Running): RecordingState.Running {
            val isEnglish = resources.configuration.locales[0].language == "en"
            val reason = if (isEnglish) "Recording broke off a moment ago because a call came in. It now goes on." else state.reason
            return state.copy(lines = Samples.lines(isEnglish), phrases = Samples.phrases(isEnglish), reason = reason.takeIf { state.reason != null })
        }
    }

    /** As the pictures are called: `recording-in-sun`. */
    val title: String = name.replace(Regex("(?<=[a-z])(?=[A-Z])"), "-").lowercase()
}
