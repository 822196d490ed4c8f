package cn.quanji.recorder.practice

/** Practice (演练): everything works, nothing is a record. */
data class PracticeState(val isOn: Boolean)

sealed interface PracticeEvent {
    data object Begin : PracticeEvent

    data object End : PracticeEvent
}
