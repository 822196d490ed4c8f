package cn.quanji.recorder.practice

import cn.quanji.recorder.core.Trouble

/** Practice (演练): everything works, nothing is a record. */
data class PracticeState(val isOn: Boolean, val forgetting: Forgetting)

/** The deletion of all that was recorded in practice. */
sealed interface Forgetting {
    data object NotAsked : Forgetting

    data object Running : Forgetting

    data object Done : Forgetting

    data class NotDone(val trouble: Trouble) : Forgetting
}

sealed interface PracticeEvent {
    data object Begin : PracticeEvent

    data object End : PracticeEvent

    /** A finger is on the bar that deletes. */
    data object ForgetDown : PracticeEvent

    data object ForgetUp : PracticeEvent

    /** By TalkBack: a double tap is deliberate. */
    data object ForgetOnPurpose : PracticeEvent
}
