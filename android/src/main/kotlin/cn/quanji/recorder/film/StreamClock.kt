package cn.quanji.recorder.film

/**
 * Where in a stream a player is. A stream that begins in the middle of a take has the take's own times: some players count from them, others from the
 * stream's beginning. Which it is shows in the first that is told.
 */
class StreamClock(private val skippedMs: Long) {
    private var offsetMs: Long? = null

    fun ms(told: Long): Long {
        val offset = offsetMs ?: (if (told >= skippedMs / 2) skippedMs else 0).also { offsetMs = it }
        return (told - offset).coerceAtLeast(0)
    }
}
