package cn.quanji.recorder.core

/** What is written about: all that is owed in words once the recording has ended. */
sealed interface Writing {
    /** The written statement (情况说明), of one interruption or of the record. */
    data class Statement(val interruption: Long?) : Writing

    /** Why nothing was said at the beginning. */
    data object OpeningMissing : Writing

    /** Why those who filmed were not told. */
    data object FilmingMissing : Writing

    data object Place : Writing

    data object Officers : Writing

    data object Party : Writing

    /** What is right in place of what stands there; [of] is the number of the line in the journal. The line stays. */
    data class Correction(val of: Long) : Writing

    /** That it was recorded by mistake (误录), and why: nothing is removed by that. */
    data object Mistake : Writing
}

/** What was written. It is a person's words: no log may hold it. */
class Written(
    val about: Writing,
    val text: String,
    /** The officer's certificate number (执法证号), where an officer is named. */
    val certificate: String?,
    /** The agency's draft that stood on the page, by its name; null where there was none. */
    val draft: String? = null,
)

/**
 * A statement that somebody at the agency drafted for this phone: to be read, changed and signed by its author. [name] is its own; without a
 * [record] nothing was recorded, and it stands alone. It is a person's words: no log may hold it.
 */
data class Draft(val name: String, val record: String?, val interruption: Long?, val text: String) {
    override fun toString(): String = "Draft($name)"
}
