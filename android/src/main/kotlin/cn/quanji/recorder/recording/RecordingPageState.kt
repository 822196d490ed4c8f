package cn.quanji.recorder.recording

import cn.quanji.recorder.capture.Glimpse

/** What the page shows of a recording, and which of its few panels stands open. */
data class RecordingPageState(val recording: RecordingState, val panel: Panel, val isPractice: Boolean, val preview: Preview)

enum class Panel { None, Stages, Filming, More, Phrases, Secrecy, Obstruction }

/** What the camera sees. Off unless it is asked for, and off again with the lock: it is for aiming, and a screen that shows nothing tells nobody anything. */
sealed interface Preview {
    data object Off : Preview

    /** Null until the first picture has come. */
    class On(val glimpse: Glimpse?) : Preview
}

sealed interface RecordingPageEvent {
    /** For the session, as it is. */
    data class Told(val event: RecordingEvent) : RecordingPageEvent

    data class PanelOpened(val panel: Panel) : RecordingPageEvent

    /** Shows what the camera sees, or hides it. */
    data object PreviewAsked : RecordingPageEvent

    /** What is known of the scene: matter and party. */
    data object SceneOpened : RecordingPageEvent

    data object ChecklistOpened : RecordingPageEvent

    /** Leaves the page; recording goes on. */
    data object Left : RecordingPageEvent
}
