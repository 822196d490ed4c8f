package cn.quanji.recorder.core

import kotlinx.coroutines.flow.StateFlow

/** What the officer chose on this phone. None of it touches what is owed or what a record holds. */
data class Choices(
    /** The recording page in light colours, for full sun; dark saves battery and is discreet. */
    val isRecordingLight: Boolean,
    val speaks: Boolean,
    val vibrates: Boolean,
    /** 1080p; otherwise 720p, with half the bytes. An agency's policy decides over it. */
    val isFullHd: Boolean,
    /** Pictures in HEVC where the phone can: smaller, and not every old computer plays them. An agency's policy decides over it. */
    val isHevc: Boolean,
    /** Practice (演练): nothing of it is a record. */
    val isPractice: Boolean,
)

interface Preferences {
    val choices: StateFlow<Choices>

    fun choose(choices: Choices)
}
