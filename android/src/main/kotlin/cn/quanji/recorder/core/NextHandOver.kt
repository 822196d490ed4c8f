package cn.quanji.recorder.core

/** When something can go to the agency again, in ms since 1970, as the core reckons it; an instant that is over means now, null never by itself. */
data class NextHandOver(val overAnyMs: Long?, val overFreeMs: Long?) {
    companion object {
        val NEVER = NextHandOver(overAnyMs = null, overFreeMs = null)
    }
}

/** Hears what stands on the phone, whenever it was read anew: what is done while nobody looks is planned by it. */
interface Watch {
    /** [hasRun]: an upload has just ended, and what it left it could not take. */
    fun waits(next: NextHandOver, hasRun: Boolean)

    /** Those that no receipt covers, most urgent first. */
    fun owes(records: List<RecordSummary>)
}
