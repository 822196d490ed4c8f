package cn.quanji.recorder.capture

/** One thread, on which everything that concerns the running record happens one after the other. */
interface Lane {
    fun run(act: () -> Unit)

    /** What was asked for later is forgotten by [forgetLater]. */
    fun runIn(ms: Long, act: () -> Unit)

    fun forgetLater()
}
