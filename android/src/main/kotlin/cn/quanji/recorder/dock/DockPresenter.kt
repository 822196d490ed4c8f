package cn.quanji.recorder.dock

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.core.FolderWanted
import cn.quanji.recorder.core.LastDock
import cn.quanji.recorder.core.PickedFolder
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class DockPresenter(
    private val work: DockWork,
    private val picked: PickedFolder,
    private val lastDock: LastDock,
    private val nowMs: () -> Long,
    scope: CoroutineScope,
    private val goTo: (Route) -> Unit,
    /** Asks the officer for a folder; it comes through [picked]. False where the phone has no page for that. */
    private val pick: (FolderWanted) -> Boolean,
) {
    private val states = MutableStateFlow(DockState(lastDock.address, work.step.value, nowMs()))
    val state: StateFlow<DockState> = states.asStateFlow()

    init {
        scope.launch { work.step.collect { step -> states.update { it.copy(step = step, nowMs = nowMs()) } } }
    }

    fun onEvent(event: DockEvent) {
        when (event) {
            DockEvent.Looked -> look()
            is DockEvent.AddressTyped -> typed(event.address)
            DockEvent.Scan -> goTo(Route.Scan(CodeWanted.Dock))
            DockEvent.HandOver -> handOver()
            DockEvent.Write -> pickFor(FolderWanted.ToWrite)
            DockEvent.Bring -> pickFor(FolderWanted.ToRead)
            DockEvent.Stop -> work.stop()
            DockEvent.Again -> work.forget()
        }
    }

    private fun look() {
        val (wanted, folder) = picked.take() ?: return
        when (wanted) {
            FolderWanted.ToWrite -> work.write(folder)
            FolderWanted.ToRead -> work.bring(folder)
        }
    }

    private fun typed(address: String) {
        if (states.value.address == address) return
        states.update { it.copy(address = address) }
        // What was said of another address is over.
        if (states.value.step == DockStep.NoAddress) work.forget()
    }

    private fun handOver() {
        val address = work.address(states.value.address) ?: return work.refuse(DockStep.NoAddress)
        lastDock.address = address
        states.update { it.copy(address = address) }
        work.handOver(address)
    }

    private fun pickFor(wanted: FolderWanted) {
        if (!pick(wanted)) work.refuse(DockStep.NoPicker)
    }
}
