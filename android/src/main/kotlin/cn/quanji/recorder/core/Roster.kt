package cn.quanji.recorder.core

import kotlinx.coroutines.flow.StateFlow

/** The officers who use this phone, remembered so that nobody types at a scene. Every call may block for as long as the disk takes. */
interface Roster {
    val officers: StateFlow<List<Officer>>

    /** Reads what is remembered; nobody where that cannot be read now. */
    fun read()

    /** Whether it was kept. */
    fun add(officer: Officer): Boolean

    fun remove(officer: Officer): Boolean
}
