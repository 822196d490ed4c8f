package cn.quanji.recorder.testing

import cn.quanji.recorder.R
import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.CoreState
import cn.quanji.recorder.core.Matter
import cn.quanji.recorder.core.PartyKnown
import cn.quanji.recorder.core.SceneChosen
import cn.quanji.recorder.core.SelfCheck
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.core.Writing
import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.Invited
import cn.quanji.recorder.core.InvitationFault
import cn.quanji.recorder.recording.Confirmed
import cn.quanji.recorder.recording.RecordingState

/** Every screen in a state worth looking at, some after a [press]. [isMain]: in all lights, languages and sizes; the others once. */
enum class Screen(val route: Route, val isMain: Boolean, val prepare: TestApp.() -> Unit, val press: Int? = null) {
    Home(Route.Home, true, { records.home = { Answer.Of(Samples.home) } }),
    HomeEmpty(Route.Home, false, { records.home = { Answer.Of(Samples.nothing) }; handOver.link.value = AgencyLink.NotEnrolled }),
    HomeCutOff(Route.Home, false, { records.home = { Answer.Of(Samples.cutOff) }; handOver.link.value = AgencyLink.NoNetwork }),
    HomeClosed(Route.Home, false, { records.home = { Answer.Not(Trouble.KeysGone) } }),
    Scene(Route.Scene, true, { scenes.choose(SceneChosen(Matter.Sealing, PartyKnown.Present)) }),
    SceneJoining(Route.Scene, false, { scenes.choose(SceneChosen(Matter.Sealing, PartyKnown.Present)); scenes.joining = Samples.joining; scenes.isRecorded.value = true }),
    Recording(Route.Recording, true, { session.state.value = Samples.running }),
    RecordingUnlocked(Route.Recording, false, { session.state.value = Samples.unlocked }),
    RecordingInSun(Route.Recording, false, { session.state.value = Samples.unlocked; preferences.choose(preferences.choices.value.copy(isRecordingLight = true)) }),
    RecordingSilenced(Route.Recording, false, { session.state.value = Samples.silenced }),
    RecordingSoundOnly(Route.Recording, false, { session.state.value = Samples.soundOnly }),
    RecordingBrokenOff(Route.Recording, false, { session.state.value = Samples.brokenOff }),
    RecordingReason(Route.Recording, true, { session.state.value = Samples.resumed }),
    RecordingFilming(Route.Recording, false, { session.state.value = Samples.unlocked.copy(isSomeoneFilming = true) }),
    RecordingMore(Route.Recording, false, { session.state.value = Samples.unlocked }, press = R.id.more),
    RecordingConfirmed(Route.Recording, false, { session.state.value = Samples.unlocked.copy(confirmed = Confirmed.Photo) }),
    RecordingStopping(Route.Recording, true, { session.state.value = Samples.stopping }),
    RecordingIdle(Route.Recording, false, { session.state.value = RecordingState.Idle }),
    RecordingBroken(Route.Recording, false, { session.state.value = RecordingState.Broken(Samples.sealing.record, Trouble.DiskFull) }),
    RecordingPractice(Route.Recording, false, { session.state.value = Samples.unlocked; preferences.choose(preferences.choices.value.copy(isPractice = true)) }),
    LastPage(Route.LastPage(Samples.sealing.record), true, { records.details[Samples.sealing.record] = Answer.Of(Samples.complete) }),
    LastPageOwing(Route.LastPage(Samples.inquiry.record), true, { records.details[Samples.inquiry.record] = Answer.Of(Samples.owing) }),
    Queue(Route.Queue, true, { handOver.queue.value = Samples.queue; handOver.link.value = AgencyLink.NoNetwork }),
    Record(Route.Record(Samples.sealing.record), true, { records.details[Samples.sealing.record] = Answer.Of(Samples.whole); records.check = Answer.Of(SelfCheck.Whole(lines = 146, vouched = 0)) }),
    RecordDelivered(Route.Record(Samples.served.record), false, { records.details[Samples.served.record] = Answer.Of(Samples.delivered) }),
    Statement(Route.Write(Samples.inquiry.record, Writing.Statement(17)), true, {}),
    Officers(Route.Write(Samples.inquiry.record, Writing.Officers), false, {}),
    Enrolment(Route.Enrolment, true, { enrolment.invited["quanji"] = Invited.Not(InvitationFault.Form) }),
    Enrolled(Route.Enrolment, false, { enrolment.trust = Samples.trust }),
    Practice(Route.Practice, true, { preferences.choose(preferences.choices.value.copy(isPractice = true)) }),
    Settings(Route.Settings, true, { background.mayBePutToSleep = true }),
    About(Route.About, true, { coreState = CoreState.Loaded("0.1.0") });

    /** As the pictures are called: `recording-in-sun`. */
    val title: String = name.replace(Regex("(?<=[a-z])(?=[A-Z])"), "-").lowercase()
}
