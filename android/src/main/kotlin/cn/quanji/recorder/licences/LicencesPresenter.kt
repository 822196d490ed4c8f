package cn.quanji.recorder.licences

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class LicencesPresenter(private val licences: Licences, private val worker: CoroutineDispatcher, private val scope: CoroutineScope) {
    /** The first, of the network that is packed whole, is read without a press. */
    private val states = MutableStateFlow(LicencesState(licences = null, open = 0))
    val state: StateFlow<LicencesState> = states.asStateFlow()

    fun onEvent(event: LicencesEvent) {
        when (event) {
            LicencesEvent.Looked -> if (states.value.licences == null) scope.launch(worker) {
                val all = licences.all()
                states.update { it.copy(licences = all) }
            }
            is LicencesEvent.Pressed -> states.update { it.copy(open = event.place.takeIf { place -> place != it.open }) }
        }
    }
}
