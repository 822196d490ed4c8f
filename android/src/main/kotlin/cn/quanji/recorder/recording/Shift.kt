package cn.quanji.recorder.recording

import cn.quanji.recorder.core.CheckNote

/** What the checks of a shift have shown, that before duty included: it is shown again when it was well in between, or the shift is over. */
class Shift {
    private val shownUs = HashMap<CheckNote, Long>()

    private var checkedAtMs: Long? = null

    /** A check before duty was shown in full, when it was made: of it only what changes is news, and what it found well may be shown again. */
    fun checked(atMs: Long, notes: List<CheckNote>, nowMs: Long, nowUs: Long) {
        if (atMs == checkedAtMs) return
        checkedAtMs = atMs
        val agoMs = nowMs - atMs
        // It is of today: where it seems not to be, the phone's clock was set since.
        val atUs = if (agoMs in 0..DAY_MS) nowUs - agoMs * 1000 else nowUs
        shownUs.keys.retainAll(notes.toSet())
        notes.forEach { shownUs[it] = atUs }
    }

    /** Of what was found now, what the officer was not shown yet. */
    fun news(found: List<CheckNote>, nowUs: Long): List<CheckNote> {
        shownUs.keys.retainAll(found.toSet())
        val news = found.filter { note -> shownUs[note]?.let { nowUs - it > SHIFT_US } ?: true }
        news.forEach { shownUs[it] = nowUs }
        return news
    }

    private companion object {
        const val SHIFT_US = 12 * 3_600_000_000L
        const val DAY_MS = 24 * 3_600_000L
    }
}
