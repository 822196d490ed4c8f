package cn.quanji.recorder.core

import android.os.Handler
import android.os.Looper
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Runnable

/**
 * Coroutines on the main thread.
 *
 * Not kotlinx-coroutines-android: that one is found by a service loader, which in tests looks in another class loader than the platform's.
 */
class MainThread(private val handler: Handler = Handler(Looper.getMainLooper())) : CoroutineDispatcher() {
    override fun dispatch(context: CoroutineContext, block: Runnable) {
        handler.post(block)
    }
}
