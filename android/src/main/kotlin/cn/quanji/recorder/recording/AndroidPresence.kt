package cn.quanji.recorder.recording

import android.content.Context
import android.content.Intent
import cn.quanji.recorder.capture.Presence

/** By the foreground service. */
class AndroidPresence(private val context: Context) : Presence {
    override fun hold() {
        try {
            context.startForegroundService(Intent(context, RecordingService::class.java))
        } catch (_: IllegalStateException) {
            // Begun while nothing of the app was visible (API 31): it records for as long as the platform lets the process be.
        }
    }

    override fun release() {
        context.stopService(Intent(context, RecordingService::class.java))
    }
}
