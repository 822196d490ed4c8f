package cn.quanji.recorder

import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Crew
import cn.quanji.recorder.core.Joining
import cn.quanji.recorder.core.Joins
import cn.quanji.recorder.core.PartyKnown
import cn.quanji.recorder.core.Recorder
import cn.quanji.recorder.core.SceneChosen
import cn.quanji.recorder.core.SceneKnown
import cn.quanji.recorder.core.Scenes
import cn.quanji.recorder.recording.RecordingState
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch

/** Says what was chosen on the page of the scene to the record that runs, or to the next as soon as it has begun. */
class SceneOfRecord(
    private val recorder: Recorder,
    private val session: StateFlow<RecordingState>,
    private val scope: CoroutineScope,
    private val worker: CoroutineDispatcher,
) : Scenes {
    private val now = MutableStateFlow(NOTHING)
    private val here = MutableStateFlow(NOBODY)
    private val joining = MutableStateFlow(Joins.Nothing)
    private val running = MutableStateFlow(session.value is RecordingState.Running)
    override val chosen: StateFlow<SceneChosen> = now.asStateFlow()
    override val crew: StateFlow<Crew> = here.asStateFlow()
    override val joins: StateFlow<Joins> = joining.asStateFlow()
    override val isRecorded: StateFlow<Boolean> = running.asStateFlow()

    /** What of it is read aloud. */
    val known: SceneKnown
        get() = SceneKnown(now.value.matter, now.value.party, here.value.officers)

    /** Scanned before the start, and said first of all when the record runs: nothing of a running record's camera is needed for it. */
    private var card: String? = null

    init {
        scope.launch {
            session.map { (it as? RecordingState.Running)?.record }.distinctUntilChanged().collect { record ->
                running.value = record != null
                if (record == null) return@collect
                scope.launch(worker) { sayCard() }
                say(here.value)
                say(now.value)
            }
        }
        scope.launch {
            // What comes next is another scene.
            session.collect { if (it is RecordingState.Ended) forget() }
        }
    }

    override fun choose(chosen: SceneChosen) {
        now.value = chosen
        if (running.value) say(chosen)
    }

    override fun choose(crew: Crew) {
        here.value = crew
        if (running.value) say(crew)
    }

    override fun join(card: String): Boolean {
        if (!recorder.isCard(card)) return false
        synchronized(this) {
            this.card = card
            joining.value = Joins.OnStart
        }
        if (running.value) sayCard()
        return true
    }

    override fun joining(): Joining? {
        val record = (session.value as? RecordingState.Running)?.record ?: return null
        // A record that is about to join another's activity does not begin one of its own.
        sayCard()
        return recorder.joining(record)
    }

    /** Once: what could not be written is said to the officer, and is not tried behind his back. */
    private fun sayCard() = synchronized(this) {
        val said = card ?: return@synchronized
        card = null
        joining.value = if (recorder.join(said) is Answer.Of) Joins.Joined else Joins.NotJoined
    }

    private fun forget() = synchronized(this) {
        now.value = NOTHING
        here.value = NOBODY
        card = null
        joining.value = Joins.Nothing
    }

    private fun say(chosen: SceneChosen) {
        if (chosen == NOTHING) return
        scope.launch(worker) { recorder.subject(chosen.party ?: PartyKnown.Present, chosen.matter) }
    }

    private fun say(crew: Crew) {
        val record = (session.value as? RecordingState.Running)?.record ?: return
        val holder = crew.officers.indexOf(crew.holder)
        if (holder >= 0) scope.launch(worker) { recorder.officers(record, crew.officers, holder) }
    }

    private companion object {
        val NOBODY = Crew(officers = emptyList(), holder = null)
        val NOTHING = SceneChosen(matter = null, party = null)
    }
}
