package cn.quanji.recorder.scene

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.core.Scenes
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class ScenePresenter(
    private val scenes: Scenes,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
    private val record: (takeUp: String?) -> Unit,
    private val goTo: (Route) -> Unit,
) {
    private val states = MutableStateFlow(SceneState(scenes.chosen.value, scenes.isRecorded.value, scenes.joins.value, joining = null))
    val state: StateFlow<SceneState> = states.asStateFlow()

    init {
        scope.launch { scenes.chosen.collect { chosen -> states.update { it.copy(chosen = chosen) } } }
        scope.launch { scenes.isRecorded.collect { isIt -> states.update { it.copy(isRecorded = isIt) } } }
        scope.launch { scenes.joins.collect { joins -> states.update { it.copy(joins = joins) } } }
    }

    fun onEvent(event: SceneEvent) {
        val chosen = scenes.chosen.value
        when (event) {
            SceneEvent.Looked -> scope.launch(worker) {
                val joining = scenes.joining()
                states.update { it.copy(joining = joining) }
            }
            is SceneEvent.MatterChosen -> scenes.choose(chosen.copy(matter = event.matter))
            is SceneEvent.PartyChosen -> scenes.choose(chosen.copy(party = event.party))
            SceneEvent.JoinOther -> goTo(Route.Scan(CodeWanted.Activity))
            SceneEvent.Start -> record(null)
        }
    }
}
