package cn.quanji.recorder.core

/** What is shown beside a term, as the core counted it. None of it decides whether a record is late. */
data class Beside(
    /** `《某规定》第九条`, where a special rule (特别规定) sets the term; null where the two working days of 第十七条 hold. */
    val specialRule: String?,
    /** The agency's own day for handing it over, itself already past; null where it set none. */
    val ownStorageAtMs: Long?,
    /** The agency's own day for filing the first of its texts. */
    val ownFilingAtMs: Long?,
    /** Null where the record names no activity, or the page is not about more than one record. */
    val activity: ActivityTerm?,
) {
    companion object {
        val Nothing = Beside(specialRule = null, ownStorageAtMs = null, ownFilingAtMs = null, activity = null)
    }
}

/** The records of one activity (执法活动) on this phone that are not handed over. Each has its own term; [earliestAtMs] is null where none runs. */
data class ActivityTerm(val records: Int, val earliestAtMs: Long?)
