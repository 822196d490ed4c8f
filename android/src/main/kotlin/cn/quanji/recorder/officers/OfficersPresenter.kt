package cn.quanji.recorder.officers

import cn.quanji.recorder.core.Officer
import cn.quanji.recorder.core.Roster
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class OfficersPresenter(private val roster: Roster, private val worker: CoroutineDispatcher, private val scope: CoroutineScope) {
    private val states = MutableStateFlow(OfficersState(roster.officers.value, name = "", certificate = "", isNotKept = false))
    val state: StateFlow<OfficersState> = states.asStateFlow()

    init {
        scope.launch { roster.officers.collect { all -> states.update { it.copy(officers = all) } } }
    }

    fun onEvent(event: OfficersEvent) {
        when (event) {
            OfficersEvent.Looked -> scope.launch(worker) { roster.read() }
            is OfficersEvent.NameTyped -> states.update { it.copy(name = event.name) }
            is OfficersEvent.CertificateTyped -> states.update { it.copy(certificate = event.certificate) }
            OfficersEvent.Add -> add(states.value)
            is OfficersEvent.Remove -> scope.launch(worker) {
                val isKept = roster.remove(event.officer)
                states.update { it.copy(isNotKept = !isKept) }
            }
        }
    }

    private fun add(typed: OfficersState) {
        if (!typed.isWritten) return
        scope.launch(worker) {
            val isKept = roster.add(Officer(typed.name.trim(), typed.certificate.trim()))
            // What was typed stays where it could not be kept.
            states.update { if (isKept) it.copy(name = "", certificate = "", isNotKept = false) else it.copy(isNotKept = true) }
        }
    }
}
