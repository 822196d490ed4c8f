package cn.quanji.recorder.testing

import cn.quanji.recorder.capture.CodeFinder
import cn.quanji.recorder.capture.FinderSays
import cn.quanji.recorder.capture.Glimpse
import cn.quanji.recorder.capture.Viewfinder
import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.AgencyQuality
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.AwayGround
import cn.quanji.recorder.core.ChecklistState
import cn.quanji.recorder.core.AtDock
import cn.quanji.recorder.core.Brought
import cn.quanji.recorder.core.Carried
import cn.quanji.recorder.core.Carrying
import cn.quanji.recorder.core.CheckDone
import cn.quanji.recorder.core.Choices
import cn.quanji.recorder.core.Connection
import cn.quanji.recorder.core.Crew
import cn.quanji.recorder.core.Draft
import cn.quanji.recorder.core.Enrolled
import cn.quanji.recorder.core.Enrolment
import cn.quanji.recorder.core.Film
import cn.quanji.recorder.core.FilmBytes
import cn.quanji.recorder.core.FilmPieces
import cn.quanji.recorder.core.FilmTake
import cn.quanji.recorder.core.Films
import cn.quanji.recorder.core.HandOver
import cn.quanji.recorder.core.HomeRecords
import cn.quanji.recorder.core.InQueue
import cn.quanji.recorder.core.Issuance
import cn.quanji.recorder.core.Issued
import cn.quanji.recorder.core.Invitation
import cn.quanji.recorder.core.Invited
import cn.quanji.recorder.core.Joining
import cn.quanji.recorder.core.Joins
import cn.quanji.recorder.core.Key
import cn.quanji.recorder.core.KeyContent
import cn.quanji.recorder.core.LastDock
import cn.quanji.recorder.core.Network
import cn.quanji.recorder.core.Officer
import cn.quanji.recorder.core.Pane
import cn.quanji.recorder.core.PracticeRecords
import cn.quanji.recorder.core.Preferences
import cn.quanji.recorder.core.RecordDetail
import cn.quanji.recorder.core.Records
import cn.quanji.recorder.core.Roster
import cn.quanji.recorder.core.SceneChosen
import cn.quanji.recorder.core.Scenes
import cn.quanji.recorder.core.SelfCheck
import cn.quanji.recorder.core.Standing
import cn.quanji.recorder.core.ShiftCheck
import cn.quanji.recorder.core.ShiftChecks
import cn.quanji.recorder.core.StartedBy
import cn.quanji.recorder.core.Stick
import cn.quanji.recorder.core.Trust
import cn.quanji.recorder.core.Wish
import cn.quanji.recorder.core.Writing
import cn.quanji.recorder.core.Written
import cn.quanji.recorder.core.WrittenInvitation
import cn.quanji.recorder.film.Player
import cn.quanji.recorder.film.PlayerSays
import cn.quanji.recorder.keys.Hands
import cn.quanji.recorder.recording.RecordingEvent
import cn.quanji.recorder.recording.RecordingSession
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.settings.BackgroundWork
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.CompletableDeferred
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

    val standings = HashMap<String, Answer<Standing>>()
    val checked = ArrayList<Pair<KeyContent, ChecklistState>>()
    val checks = ArrayDeque<Answer<Unit>>()
    val declared = ArrayList<AwayGround?>()
    val declarations = ArrayDeque<Answer<Unit>>()

    override fun standing(record: String) = standings.getValue(record)

    override fun checkOff(record: String, item: KeyContent, state: ChecklistState): Answer<Unit> {
        checked += item to state
        return checks.removeFirst()
    }

    override fun declareAway(record: String, ground: AwayGround): Answer<Unit> {
        declared += ground
        return declarations.removeFirst()
    }

    override fun declareReturn(record: String): Answer<Unit> {
        declared += null
        return declarations.removeFirst()
    }

    var drafts: Answer<List<Draft>> = Answer.Of(emptyList())
    val templates = HashMap<Pair<String, Long?>, String>()
    /** By what was signed, the name of the draft that stood there; and what stands alone. */
    val signedFrom = ArrayList<String?>()
    val alone = ArrayList<String>()

    override fun drafts() = drafts

    override fun template(record: String, about: Writing.Statement): Answer<String> = Answer.Of(templates[record to about.interruption].orEmpty())

    override fun stateAlone(written: Written): Answer<Unit> {
        signedFrom += written.draft
        alone += written.text
        return writes.removeFirst()
    }

    override fun write(record: String, written: Written): Answer<Unit> {
        signedFrom += written.draft
        this.written += written.about to listOfNotNull(written.text, written.certificate).joinToString(" ")
        return writes.removeFirst()
    }
}

class FakeHandOver(link: AgencyLink = AgencyLink.Reachable) : HandOver {
    override val link = MutableStateFlow(link)
    override val queue = MutableStateFlow(emptyList<InQueue>())
    override val paidLimitBytes = MutableStateFlow<Long?>(null)
    val consented = ArrayList<Long>()
    val docks = ArrayList<String>()

    /** What each hand-over at a dock comes to, when the test says so. */
    var atDock = CompletableDeferred<AtDock>()
    var stoppedAtDock = 0
    var triedAgain = 0

    /** Ends when the test says so. */
    var ends = CompletableDeferred(Unit)
    var begun = 0
    var stopped = 0

    override fun look() = Unit

    override suspend fun handOver() {
        begun += 1
        ends.await()
    }

    override fun stop() {
        stopped += 1
    }

    override fun consentToPaid(bytes: Long) {
        consented += bytes
    }

    override fun tryAgain() {
        triedAgain += 1
    }

    override fun dockAddress(said: String) = said.takeIf { "dock" in it }?.let { "https://$it" }

    override suspend fun handOverAt(address: String): AtDock {
        docks += address
        return atDock.await()
    }

    override fun stopAtDock() {
        stoppedAtDock += 1
    }
}

/** Writes and reads nothing; says what the test prepared, and when. */
class FakeCarrying : Carrying {
    val written = ArrayDeque<(isStopped: () -> Boolean, told: (Long, Long) -> Unit) -> Carried>()
    val brought = ArrayDeque<Brought>()

    override fun write(to: Stick, isStopped: () -> Boolean, told: (Long, Long) -> Unit) = written.removeFirst()(isStopped, told)

    override fun bring(from: Stick) = brought.removeFirst()
}

class FakeLastDock(override var address: String = "") : LastDock

/** Of a folder only its name is asked. */
class NamedStick(val folder: String) : Stick {
    override fun create(name: String) = error("nothing is written")

    override fun names() = error("nothing is read")

    override fun read(name: String, most: Int) = error("nothing is read")
}

/** Connected as the test says; what is sent goes where the machine sends it. */
class SetConnection(network: Network) : Connection {
    override val network = MutableStateFlow(network)

    @Volatile
    var hasDock = false

    /** By workers, while the test looks. */
    val used: MutableList<Network> = CopyOnWriteArrayList()

    override fun over(network: Network, act: () -> Unit): Boolean {
        if (network != this.network.value && !(network == Network.Dock && hasDock)) return false
        used += network
        act()
        return true
    }
}

class FakeScenes : Scenes {
    override val chosen = MutableStateFlow(SceneChosen(matter = null, party = null))
    override val isRecorded = MutableStateFlow(false)
    override val joins = MutableStateFlow(Joins.Nothing)
    var joining: Joining? = null
    var card: String? = null

    /** Whatever begins as a card does is one. */
    override fun join(card: String): Boolean = card.startsWith("quanji:join?").also { if (it) this.card = card }

    override fun choose(chosen: SceneChosen) {
        this.chosen.value = chosen
    }

    override val crew = MutableStateFlow(Crew(officers = emptyList(), holder = null))

    override fun choose(crew: Crew) {
        this.crew.value = crew
    }

    override fun joining() = joining
}

/** Remembers until the test says that it cannot. */
class FakeRoster : Roster {
    override val officers = MutableStateFlow(emptyList<Officer>())
    var isLocked = false

    override fun read() = Unit

    override fun add(officer: Officer): Boolean = change { it + officer }

    override fun remove(officer: Officer): Boolean = change { it - officer }

    private fun change(change: (List<Officer>) -> List<Officer>): Boolean {
        if (!isLocked) officers.value = change(officers.value)
        return !isLocked
    }
}

class FakeEnrolment : Enrolment {
    var trust: Trust? = null
    val invited = HashMap<WrittenInvitation, Invited>()
    val enrolled = ArrayDeque<Enrolled>()

    override fun trust() = trust

    override fun invitation(written: WrittenInvitation) = invited.getValue(written)

    override fun enrol(invitation: Invitation) = enrolled.removeFirst()
}

class FakeSession(state: RecordingState = RecordingState.Idle) : RecordingSession {
    override val state = MutableStateFlow(state)
    val events = ArrayList<RecordingEvent>()

    override fun onEvent(event: RecordingEvent) {
        events += event
    }
}

/** A camera that sees what the test lets it see. */
class FakeFinder : CodeFinder {
    var says: FinderSays? = null
    var told: (FinderSays) -> Unit = {}
        private set
    var isLooking = false
        private set

    override fun look(pane: Pane, told: (FinderSays) -> Unit) {
        isLooking = true
        this.told = told
        says?.let(told)
    }

    override fun rest() {
        isLooking = false
        told = {}
    }
}

class FakeViewfinder : Viewfinder {
    var seen: ((Glimpse) -> Unit)? = null
        private set

    /** Seen as soon as somebody watches. */
    var glimpse: Glimpse? = null

    override fun watch(seen: (Glimpse) -> Unit) {
        this.seen = seen
        glimpse?.let(seen)
    }

    override fun unwatch() {
        seen = null
    }
}

object NoPane : Pane

class FakeFilms : Films {
    val films = HashMap<String, Answer<Film>>()
    val photos = HashMap<Int, Answer<ByteArray>>()
    val opened = ArrayList<Pair<Int, Int>>()

    override fun film(record: String) = films.getValue(record)

    override fun open(record: String, take: FilmTake, fromSegment: Int): FilmBytes {
        opened += take.take to fromSegment
        return FilmPieces(emptyList()) { _, _ -> ByteArray(0) }
    }

    override fun photo(record: String, number: Int) = photos.getValue(number)
}

class FakePlayer : Player {
    var told: (PlayerSays) -> Unit = {}
        private set
    val orders = ArrayList<String>()

    override fun play(bytes: FilmBytes, skippedMs: Long, pane: Pane, told: (PlayerSays) -> Unit) {
        orders += "play"
        this.told = told
    }

    override fun pause() {
        orders += "pause"
    }

    override fun resume() {
        orders += "resume"
    }

    override fun close() {
        orders += "close"
        told = {}
    }
}

class FakePractised : PracticeRecords {
    val answers = ArrayDeque<Answer<Unit>>()

    override fun forget() = answers.removeFirst()
}

class FakePreferences : Preferences {
    override val choices = MutableStateFlow(Choices(isRecordingLight = false, speaks = true, vibrates = true, isFullHd = true, isHevc = false, isPractice = false))

    override fun choose(choices: Choices) {
        this.choices.value = choices
    }
}

class FakeIssuance : Issuance {
    var issued: Answer<Issued> = Answer.Of(Samples.issued)
    var quality = AgencyQuality(best = null, isHevc = null)

    override fun issued() = issued

    override fun quality() = quality
}

/** Says what the test prepared, and when it says so. */
class FakeShiftChecks : ShiftChecks {
    var today: ShiftCheck? = null
    var measured = CompletableDeferred<CheckDone>()
    var measures = 0

    override fun today() = today

    override suspend fun measure(): CheckDone {
        measures += 1
        return measured.await()
    }
}

class FakeBackgroundWork(var mayBePutToSleep: Boolean = false, override var hasMakersList: Boolean = false) : BackgroundWork {
    var opened = 0
    var openedMakers = 0

    override fun mayBePutToSleep() = mayBePutToSleep

    override fun openItsSettings() {
        opened += 1
    }

    override fun openMakersList() {
        openedMakers += 1
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
