package cn.quanji.recorder.testing

import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Runnable

/** Runs what was given to it when the test says so. */
class WhenTold : CoroutineDispatcher() {
    private val waiting = ArrayDeque<Runnable>()

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        waiting += block
    }

    fun run() {
        while (waiting.isNotEmpty()) waiting.removeFirst().run()
    }
}
