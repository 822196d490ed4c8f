package cn.quanji.recorder.scene

import cn.quanji.recorder.core.Crew
import cn.quanji.recorder.core.Joining
import cn.quanji.recorder.core.Joins
import cn.quanji.recorder.core.Matter
import cn.quanji.recorder.core.Officer
import cn.quanji.recorder.core.PartyKnown
import cn.quanji.recorder.core.SceneChosen

/** The scene of an enforcement activity (执法活动), as far as it is known before or while recording: taps only, no keyboard. */
data class SceneState(
    val chosen: SceneChosen,
    /** A record that runs takes what is chosen at once; there is no second one to begin. */
    val isRecorded: Boolean,
    val joins: Joins,
    val crew: Crew,
    /** Whom this phone remembers. */
    val roster: List<Officer>,
    /** By which a second phone joins; null while there is nothing to join. */
    val joining: Joining?,
)

sealed interface SceneEvent {
    data object Looked : SceneEvent

    data class MatterChosen(val matter: Matter) : SceneEvent

    data class PartyChosen(val party: PartyKnown) : SceneEvent

    /** Is here, or is not. */
    data class OfficerPressed(val officer: Officer) : SceneEvent

    data class HolderChosen(val officer: Officer) : SceneEvent

    /** Another officer is to be remembered. */
    data object OfficersOpened : SceneEvent

    /** The card of another phone is to be scanned. */
    data object JoinOther : SceneEvent

    data object Start : SceneEvent
}
