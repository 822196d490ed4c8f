package cn.quanji.recorder.recording

/** What the page shows of a recording, and which of its few panels stands open. */
data class RecordingPageState(val recording: RecordingState, val panel: Panel, val isPractice: Boolean)

enum class Panel { None, Stages, Filming, More }

sealed interface RecordingPageEvent {
    /** For the session, as it is. */
    data class Told(val event: RecordingEvent) : RecordingPageEvent

    data class PanelOpened(val panel: Panel) : RecordingPageEvent

    /** What is known of the scene: matter and party. */
    data object SceneOpened : RecordingPageEvent

    /** Leaves the page; recording goes on. */
    data object Left : RecordingPageEvent
}
