package cn.quanji.recorder.licences

data class LicencesState(
    /** Null until they are read. */
    val licences: List<Licence>?,
    /** Whose text stands open; null: none. */
    val open: Int?,
)

sealed interface LicencesEvent {
    data object Looked : LicencesEvent

    /** Its text is wanted, or no longer. */
    data class Pressed(val place: Int) : LicencesEvent
}
