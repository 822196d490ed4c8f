package cn.quanji.recorder.recording

import cn.quanji.recorder.Route
import cn.quanji.recorder.capture.Viewfinder
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class RecordingPresenter(
    private val session: RecordingSession,
    private val viewfinder: Viewfinder,
    isPractice: Boolean,
    scope: CoroutineScope,
    private val goTo: (Route) -> Unit,
) {
    private val states = MutableStateFlow(RecordingPageState(session.state.value, Panel.None, isPractice, Preview.Off))
    val state: StateFlow<RecordingPageState> = states.asStateFlow()

    init {
        scope.launch { session.state.collect(::follow) }
        scope.launch {
            try {
                awaitCancellation()
            } finally {
                // The page is gone; the camera goes on as before.
                viewfinder.unwatch()
            }
        }
    }

    fun onEvent(event: RecordingPageEvent) {
        when (event) {
            is RecordingPageEvent.Told -> {
                // A choice was made: what is behind the panel is worth more than the panel. The way of telling is chosen for what stands on it.
                if (event.event != RecordingEvent.WayChanged) states.update { it.copy(panel = Panel.None) }
                session.onEvent(event.event)
            }
            is RecordingPageEvent.PanelOpened -> states.update { it.copy(panel = if (it.panel == event.panel) Panel.None else event.panel) }
            RecordingPageEvent.PreviewAsked -> {
                states.update { it.copy(panel = Panel.None) }
                if (states.value.preview is Preview.On) previewOff() else previewOn()
            }
            RecordingPageEvent.SceneOpened -> {
                states.update { it.copy(panel = Panel.None) }
                goTo(Route.Scene)
            }
            RecordingPageEvent.ChecklistOpened -> {
                states.update { it.copy(panel = Panel.None) }
                (states.value.recording as? RecordingState.Running)?.let { goTo(Route.Checklist(it.record)) }
            }
            RecordingPageEvent.Left -> goTo(Route.Home)
        }
    }

    private fun previewOn() {
        states.update { it.copy(preview = Preview.On(glimpse = null)) }
        viewfinder.watch { seen -> states.update { if (it.preview is Preview.On) it.copy(preview = Preview.On(seen)) else it } }
    }

    private fun previewOff() {
        viewfinder.unwatch()
        states.update { it.copy(preview = Preview.Off) }
    }

    private fun follow(recording: RecordingState) {
        if (states.value.preview is Preview.On && (recording as? RecordingState.Running)?.touch != Touch.Unlocked) previewOff()
        when (recording) {
            is RecordingState.Ended -> goTo(Route.LastPage(recording.record))
            RecordingState.Idle, RecordingState.Starting, is RecordingState.Running, is RecordingState.Broken, is RecordingState.NotBegun ->
                states.update { it.copy(recording = recording, panel = if (isLocked(recording)) Panel.None else it.panel) }
        }
    }

    private fun isLocked(recording: RecordingState) = recording is RecordingState.Running && recording.touch == Touch.Locked
}
