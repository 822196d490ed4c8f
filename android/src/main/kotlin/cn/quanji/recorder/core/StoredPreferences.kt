package cn.quanji.recorder.core

import android.content.SharedPreferences
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/** Kept by Android in the app's own folder; no name and no number is among them. */
class StoredPreferences(private val stored: SharedPreferences) : Preferences {
    private val now = MutableStateFlow(read())

    override val choices: StateFlow<Choices> = now.asStateFlow()

    override fun choose(choices: Choices) {
        val (isRecordingLight, speaks, vibrates, isFullHd, isHevc, isPractice) = choices
        stored.edit()
            .putBoolean(LIGHT, isRecordingLight)
            .putBoolean(SPEAKS, speaks)
            .putBoolean(VIBRATES, vibrates)
            .putBoolean(FULL_HD, isFullHd)
            .putBoolean(HEVC, isHevc)
            .putBoolean(PRACTICE, isPractice)
            .apply()
        now.value = choices
    }

    private fun read() =
        Choices(
            isRecordingLight = stored.getBoolean(LIGHT, false),
            speaks = stored.getBoolean(SPEAKS, true),
            vibrates = stored.getBoolean(VIBRATES, true),
            isFullHd = stored.getBoolean(FULL_HD, true),
            isHevc = stored.getBoolean(HEVC, false),
            isPractice = stored.getBoolean(PRACTICE, false),
        )

    private companion object {
        const val LIGHT = "recording_light"
        const val SPEAKS = "speaks"
        const val VIBRATES = "vibrates"
        const val FULL_HD = "full_hd"
        const val HEVC = "hevc"
        const val PRACTICE = "practice"
    }
}
