package cn.quanji.recorder.core

/** One thing that is still owed. It accuses nobody. */
sealed interface Owed {
    data object Preflight : Owed

    data object PlaceDescription : Owed

    data object OfficersDescription : Owed

    data object SubjectDescription : Owed

    data class Opening(val missing: List<OpeningElement>) : Owed

    data class InterruptionReason(val interruption: Long) : Owed

    data class WrittenStatement(val interruption: Long?) : Owed

    data object FilmingNotice : Owed
}

/** What is said at the beginning (第十四条). */
enum class OpeningElement { Time, Place, Officers, Matter, Party, Stages, Notice, NobodyPresent }
