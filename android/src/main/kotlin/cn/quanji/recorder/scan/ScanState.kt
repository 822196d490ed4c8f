package cn.quanji.recorder.scan

import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.core.Pane

/** A code is looked for. */
data class ScanState(val wanted: CodeWanted, val sight: Sight)

sealed interface Sight {
    data object Opening : Sight

    /** [sawAnother]: a code was read, and it is not the one that is wanted. */
    data class Looking(val sawAnother: Boolean) : Sight

    data object NotPermitted : Sight

    data object NoCamera : Sight

    /** A record runs and has the camera; it is not disturbed. */
    data object Recording : Sight
}

sealed interface ScanEvent {
    /** There is a surface to look on. */
    class PaneCame(val pane: Pane) : ScanEvent

    data object PaneWent : ScanEvent

    data object SettingsAsked : ScanEvent

    /** Back to the page on which it can be typed. */
    data object TypeInstead : ScanEvent
}
