package cn.quanji.recorder.recording

import cn.quanji.recorder.core.Trouble
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow

/** Recording while the vault is not open: it cannot begin, and says why. */
class ClosedSession(why: Trouble) : RecordingSession {
    override val state: StateFlow<RecordingState> = MutableStateFlow(RecordingState.NotBegun(why))

    override fun onEvent(event: RecordingEvent) = Unit
}
