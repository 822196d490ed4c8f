package cn.quanji.recorder.recording

import cn.quanji.recorder.Route
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class RecordingPresenter(
    private val session: RecordingSession,
    isPractice: Boolean,
    scope: CoroutineScope,
    private val goTo: (Route) -> Unit,
) {
    private val states = MutableStateFlow(RecordingPageState(session.state.value, Panel.None, isPractice))
    val state: StateFlow<RecordingPageState> = states.asStateFlow()

    init {
        scope.launch { session.state.collect(::follow) }
    }

    fun onEvent(event: RecordingPageEvent) {
        when (event) {
            is RecordingPageEvent.Told -> {
                // A choice was made: what is behind the panel is worth more than the panel.
                states.update { it.copy(panel = Panel.None) }
                session.onEvent(event.event)
            }
            is RecordingPageEvent.PanelOpened -> states.update { it.copy(panel = if (it.panel == event.panel) Panel.None else event.panel) }
            RecordingPageEvent.SceneOpened -> {
                states.update { it.copy(panel = Panel.None) }
                goTo(Route.Scene)
            }
            RecordingPageEvent.Left -> goTo(Route.Home)
        }
    }

    private fun follow(recording: RecordingState) {
        when (recording) {
            is RecordingState.Ended -> goTo(Route.LastPage(recording.record))
            RecordingState.Idle, RecordingState.Starting, is RecordingState.Running, is RecordingState.Broken, is RecordingState.NotBegun ->
                states.update { it.copy(recording = recording, panel = if (isLocked(recording)) Panel.None else it.panel) }
        }
    }

    private fun isLocked(recording: RecordingState) = recording is RecordingState.Running && recording.touch == Touch.Locked
}
