package cn.quanji.recorder.core

enum class Track { Video, Audio }

/** What is to be said aloud, felt and shown, of a recording that runs. */
sealed interface Notice {
    data class TrackLost(val track: Track, val cause: Cause) : Notice

    data class TrackBack(val track: Track) : Notice

    data class Interrupted(val cause: Cause) : Notice

    /** The track's encoder gives nothing: it is to be made anew, each time this is said. */
    data class Stalled(val track: Track) : Notice

    /** [subject] is the code of a watch. */
    data class Warned(val subject: String) : Notice

    data class Well(val subject: String) : Notice

    data class Reminded(val subject: String) : Notice

    data object ClockWasSet : Notice
}
