package cn.quanji.recorder.queue

/** How fast bytes arrive, from what was told of the last [WINDOW_MS]. */
class Speed {
    private val told = ArrayDeque<Told>()

    /** Null while nothing moves or too little was told. */
    fun perSecond(atMs: Long, sentBytes: Long): Long? {
        // Another record, or one begun anew, starts again from less.
        if (told.isNotEmpty() && sentBytes < told.last().bytes) told.clear()
        told.addLast(Told(atMs, sentBytes))
        while (told.size > 2 && atMs - told[1].atMs >= WINDOW_MS) told.removeFirst()
        val first = told.first()
        val tookMs = atMs - first.atMs
        val moved = sentBytes - first.bytes
        return if (tookMs <= 0 || moved == 0L) null else moved * 1_000 / tookMs
    }

    private class Told(val atMs: Long, val bytes: Long)

    private companion object {
        const val WINDOW_MS = 10_000
    }
}
