package cn.quanji.recorder.recording

import cn.quanji.recorder.core.CheckNote

/** What the checks of a shift have shown: it is shown again when it was well in between, or the shift is over. */
class Shift {
    private val shownUs = HashMap<CheckNote, Long>()

    /** Of what was found now, what the officer was not shown yet. */
    fun news(found: List<CheckNote>, nowUs: Long): List<CheckNote> {
        shownUs.keys.retainAll(found.toSet())
        val news = found.filter { note -> shownUs[note]?.let { nowUs - it > SHIFT_US } ?: true }
        news.forEach { shownUs[it] = nowUs }
        return news
    }

    private companion object {
        const val SHIFT_US = 12 * 3_600_000_000L
    }
}
