package cn.quanji.recorder

import cn.quanji.recorder.core.Joining
import cn.quanji.recorder.core.PartyKnown
import cn.quanji.recorder.core.Recorder
import cn.quanji.recorder.core.SceneChosen
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
    private val running = MutableStateFlow(session.value is RecordingState.Running)
    override val chosen: StateFlow<SceneChosen> = now.asStateFlow()
    override val isRecorded: StateFlow<Boolean> = running.asStateFlow()

    init {
        scope.launch {
            session.map { (it as? RecordingState.Running)?.record }.distinctUntilChanged().collect { record ->
                running.value = record != null
                if (record != null) say(now.value)
            }
        }
        scope.launch {
            // What comes next is another scene.
            session.collect { if (it is RecordingState.Ended) now.value = NOTHING }
        }
    }

    override fun choose(chosen: SceneChosen) {
        now.value = chosen
        if (running.value) say(chosen)
    }

    override fun joining(): Joining? = (session.value as? RecordingState.Running)?.let { recorder.joining(it.record) }

    private fun say(chosen: SceneChosen) {
        if (chosen == NOTHING) return
        scope.launch(worker) { recorder.subject(chosen.party ?: PartyKnown.Present, chosen.matter) }
    }

    private companion object {
        val NOTHING = SceneChosen(matter = null, party = null)
    }
}
