package cn.quanji.recorder.core

/** What was recorded in practice (演练). Calls block for as long as the disk takes. */
interface PracticeRecords {
    /** Deletes all of it, with its keys; records are never touched. Refused while something of it runs. */
    fun forget(): Answer<Unit>
}
