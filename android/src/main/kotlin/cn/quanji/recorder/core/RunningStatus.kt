package cn.quanji.recorder.core

/** Where the recorder stands, with everything pushed before made durable. */
sealed interface RunningStatus {
    data object Idle : RunningStatus

    data class Running(
        val record: String,
        /** Whether it is interrupted now: nothing of the scene is written. */
        val isInterrupted: Boolean,
        val owed: List<Owed>,
        /** End of the durable media, µs since boot; null before there is any. */
        val durableUntilUs: Long?,
        val takes: Long,
        val mediaBytes: Long,
        val isDiskFull: Boolean,
    ) : RunningStatus

    /** It stopped by itself. */
    data class Broken(val record: String, val trouble: Trouble) : RunningStatus
}

/** A record that runs now, and the door for its frames. */
class Begun(val record: String, val door: FrameDoor)

/** How a record came to be begun. */
enum class StartedBy { Button, Emergency, Key, Tile, Shortcut }
