package cn.quanji.recorder.capture

import cn.quanji.recorder.core.Pane

/**
 * The camera as a finder of codes, while nothing is recorded.
 *
 * A second phone scans before its own start, and never while it records: the frames of a running take are the encoder's and the watches', and an
 * output more would be set up anew with the session in mid-take. What was scanned waits and is said as soon as the record runs. So a finder has nothing
 * to take from a record; and a record that begins takes the camera from it, at once and without asking.
 */
interface CodeFinder {
    /** Opens the camera and shows it on [pane]; [told] is called from any thread until [rest]. */
    fun look(pane: Pane, told: (FinderSays) -> Unit)

    fun rest()
}

sealed interface FinderSays {
    /** It looks. */
    data object Looks : FinderSays

    /** The text of a code; told for every picture that it is read in. */
    data class Read(val text: String) : FinderSays {
        /** An invitation holds a secret, and this may end in a log. */
        override fun toString(): String = "Read"
    }

    /** Not allowed to use the camera. */
    data object NotPermitted : FinderSays

    /** There is none, another app has it, or it failed. */
    data object NoCamera : FinderSays

    /** A record runs, and has it. */
    data object Recording : FinderSays
}
