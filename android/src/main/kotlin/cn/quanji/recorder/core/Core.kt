package cn.quanji.recorder.core

/** The core below this app, as far as screens may know it. */
interface Core {
    /** Loads the library and asks for its version. Blocks for as long as the disk takes; a second call answers the same. */
    fun load(): CoreState
}

/** Whether the core is there. */
sealed interface CoreState {
    data object Loading : CoreState

    data class Loaded(val version: String) : CoreState

    data class Unavailable(val fault: CoreFault) : CoreState
}

/** Why the core is not there: each has another remedy. */
enum class CoreFault {
    /** The package holds no library for this phone's processor. */
    Missing,

    /** The library is in the package, and the phone refuses to load it. */
    Damaged,

    /** The library loads, and its bindings are those of another version. */
    Disagrees,
}
