package cn.quanji.recorder.scene

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.core.Crew
import cn.quanji.recorder.core.Officer
import cn.quanji.recorder.core.Roster
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
    private val roster: Roster,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
    private val record: (takeUp: String?) -> Unit,
    private val goTo: (Route) -> Unit,
) {
    private val states = MutableStateFlow(
        SceneState(scenes.chosen.value, scenes.isRecorded.value, scenes.joins.value, scenes.crew.value, roster.officers.value, joining = null)
    )
    val state: StateFlow<SceneState> = states.asStateFlow()

    init {
        scope.launch { scenes.chosen.collect { chosen -> states.update { it.copy(chosen = chosen) } } }
        scope.launch { scenes.isRecorded.collect { isIt -> states.update { it.copy(isRecorded = isIt) } } }
        scope.launch { scenes.crew.collect { crew -> states.update { it.copy(crew = crew) } } }
        scope.launch { roster.officers.collect { all -> states.update { it.copy(roster = all) } } }
        scope.launch { scenes.joins.collect { joins -> states.update { it.copy(joins = joins) } } }
    }

    fun onEvent(event: SceneEvent) {
        val chosen = scenes.chosen.value
        when (event) {
            SceneEvent.Looked -> scope.launch(worker) {
                roster.read()
                val joining = scenes.joining()
                states.update { it.copy(joining = joining) }
            }
            is SceneEvent.MatterChosen -> scenes.choose(chosen.copy(matter = event.matter))
            is SceneEvent.PartyChosen -> scenes.choose(chosen.copy(party = event.party))
            is SceneEvent.OfficerPressed -> scenes.choose(pressed(scenes.crew.value, event.officer))
            is SceneEvent.HolderChosen -> scenes.choose(scenes.crew.value.copy(holder = event.officer))
            SceneEvent.OfficersOpened -> goTo(Route.Officers)
            SceneEvent.JoinOther -> goTo(Route.Scan(CodeWanted.Activity))
            SceneEvent.Start -> record(null)
        }
    }

    /** Who is alone holds the phone. */
    private fun pressed(crew: Crew, officer: Officer): Crew {
        val officers = if (officer in crew.officers) crew.officers - officer else crew.officers + officer
        return Crew(officers, crew.holder.takeIf { it in officers } ?: officers.singleOrNull())
    }
}
