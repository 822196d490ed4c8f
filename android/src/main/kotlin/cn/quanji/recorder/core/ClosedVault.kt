package cn.quanji.recorder.core

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow

/** What the pages are given while the vault is not open: each of them says why, and none of them guesses. */
class ClosedVault(private val why: Trouble) : Records, HandOver, Scenes, Enrolment {
    private val not = Answer.Not(why)

    override fun home(): Answer<HomeRecords> = not

    override fun detail(record: String): Answer<RecordDetail> = not

    override fun check(record: String): Answer<SelfCheck> = not

    override fun endInterrupted(record: String): Answer<Unit> = not

    override fun write(record: String, written: Written): Answer<Unit> = not

    override val link: StateFlow<AgencyLink> = MutableStateFlow(AgencyLink.NotEnrolled)

    override val queue: StateFlow<List<InQueue>> = MutableStateFlow(emptyList())

    // Nothing waits here that could go.
    override fun consentToPaid(bytes: Long) = Unit

    override fun handOverAtDock() = Unit

    override val chosen: StateFlow<SceneChosen> = MutableStateFlow(SceneChosen(matter = null, party = null))

    override val isRecorded: StateFlow<Boolean> = MutableStateFlow(false)

    override fun choose(chosen: SceneChosen) = Unit

    override fun joining(): Joining? = null

    override fun trust(): Trust? = null

    override fun invitation(text: String): Invited = Invited.Not(InvitationFault.Form)

    override fun enrol(invitation: Invitation): Enrolled = Enrolled.Not(EnrolmentFault.ProgramsDiffer)
}
