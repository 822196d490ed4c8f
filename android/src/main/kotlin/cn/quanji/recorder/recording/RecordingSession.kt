package cn.quanji.recorder.recording

import kotlinx.coroutines.flow.StateFlow

/** The running record, behind the page that shows it: it goes on when the page is gone. */
interface RecordingSession {
    val state: StateFlow<RecordingState>

    fun onEvent(event: RecordingEvent)
}
