package cn.quanji.recorder.testing

import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Choices
import cn.quanji.recorder.core.Enrolled
import cn.quanji.recorder.core.Enrolment
import cn.quanji.recorder.core.HandOver
import cn.quanji.recorder.core.HomeRecords
import cn.quanji.recorder.core.InQueue
import cn.quanji.recorder.core.Invitation
import cn.quanji.recorder.core.Invited
import cn.quanji.recorder.core.Joining
import cn.quanji.recorder.core.Key
import cn.quanji.recorder.core.Preferences
import cn.quanji.recorder.core.RecordDetail
import cn.quanji.recorder.core.Records
import cn.quanji.recorder.core.SceneChosen
import cn.quanji.recorder.core.Scenes
import cn.quanji.recorder.core.SelfCheck
import cn.quanji.recorder.core.StartedBy
import cn.quanji.recorder.core.Trust
import cn.quanji.recorder.core.Wish
import cn.quanji.recorder.core.Writing
import cn.quanji.recorder.core.Written
import cn.quanji.recorder.keys.Hands
import cn.quanji.recorder.recording.RecordingEvent
import cn.quanji.recorder.recording.RecordingSession
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.settings.BackgroundWork
import kotlinx.coroutines.flow.MutableStateFlow

/** What a test did not prepare, it does not get: it throws. */
class FakeRecords : Records {
    var home: (() -> Answer<HomeRecords>)? = null
    val details = HashMap<String, Answer<RecordDetail>>()
    var check: Answer<SelfCheck>? = null
    val writes = ArrayDeque<Answer<Unit>>()
    val written = ArrayList<Pair<Writing, String>>()
    val ended = ArrayList<String>()
    var endings: Answer<Unit> = Answer.Of(Unit)

    override fun home() = home!!()

    override fun detail(record: String) = details.getValue(record)

    override fun check(record: String) = check!!

    override fun endInterrupted(record: String): Answer<Unit> {
        ended += record
        return endings
    }

    override fun write(record: String, written: Written): Answer<Unit> {
        this.written += written.about to listOfNotNull(written.text, written.certificate).joinToString(" ")
        return writes.removeFirst()
    }
}

class FakeHandOver(link: AgencyLink = AgencyLink.Reachable) : HandOver {
    override val link = MutableStateFlow(link)
    override val queue = MutableStateFlow(emptyList<InQueue>())
    val consented = ArrayList<Long>()
    var atDock = 0

    override fun look() = Unit

    override fun consentToPaid(bytes: Long) {
        consented += bytes
    }

    override fun handOverAtDock() {
        atDock += 1
    }
}

class FakeScenes : Scenes {
    override val chosen = MutableStateFlow(SceneChosen(matter = null, party = null))
    override val isRecorded = MutableStateFlow(false)
    var joining: Joining? = null

    override fun choose(chosen: SceneChosen) {
        this.chosen.value = chosen
    }

    override fun joining() = joining
}

class FakeEnrolment : Enrolment {
    var trust: Trust? = null
    val invited = HashMap<String, Invited>()
    val enrolled = ArrayDeque<Enrolled>()

    override fun trust() = trust

    override fun invitation(text: String) = invited.getValue(text)

    override fun enrol(invitation: Invitation) = enrolled.removeFirst()
}

class FakeSession(state: RecordingState = RecordingState.Idle) : RecordingSession {
    override val state = MutableStateFlow(state)
    val events = ArrayList<RecordingEvent>()

    override fun onEvent(event: RecordingEvent) {
        events += event
    }
}

class FakePreferences : Preferences {
    override val choices = MutableStateFlow(Choices(isRecordingLight = false, speaks = true, vibrates = true, isFullHd = true, isHevc = false, isPractice = false))

    override fun choose(choices: Choices) {
        this.choices.value = choices
    }
}

class FakeBackgroundWork(var mayBePutToSleep: Boolean = false) : BackgroundWork {
    var opened = 0

    override fun mayBePutToSleep() = mayBePutToSleep

    override fun openItsSettings() {
        opened += 1
    }
}

class FakeHands : Hands {
    val keys = ArrayList<Pair<Key, Boolean>>()
    val wishes = ArrayList<Wish>()
    val begun = ArrayList<StartedBy>()

    override fun key(key: Key, isDown: Boolean) {
        keys += key to isDown
    }

    override fun wish(wish: Wish) {
        wishes += wish
    }

    override fun begin(by: StartedBy) {
        begun += by
    }
}
