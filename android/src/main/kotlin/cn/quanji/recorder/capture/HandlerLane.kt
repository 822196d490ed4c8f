package cn.quanji.recorder.capture

import android.os.Handler
import android.os.HandlerThread
import android.os.SystemClock

class HandlerLane(name: String) : Lane {
    private val handler = Handler(HandlerThread(name).apply { start() }.looper)

    override fun run(act: () -> Unit) {
        handler.post(act)
    }

    override fun runIn(ms: Long, act: () -> Unit) {
        handler.postAtTime(act, LATER, SystemClock.uptimeMillis() + ms)
    }

    override fun forgetLater() = handler.removeCallbacksAndMessages(LATER)

    private companion object {
        val LATER = Any()
    }
}
