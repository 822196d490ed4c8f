package cn.quanji.recorder.core

/** What can be found without looking. */
enum class Key { VolumeUp, VolumeDown, Headset, Shutter }

/** What an officer may wish by a key or by the notification. */
enum class Wish { Start, Mark, Photo, Spoken, Stop }

/** What came of a press: the core's machine of keys and locks says it, and nothing else does. Instants are µs since boot. */
sealed interface Meant {
    data object Start : Meant

    data class Mark(val atUs: Long) : Meant

    data class Photo(val atUs: Long) : Meant

    data class Spoken(val atUs: Long) : Meant

    data object Unlocked : Meant

    data object Locked : Meant

    /** The stop was asked for; the camera runs on, and it can be taken back. */
    data class StopBegins(val atUs: Long) : Meant

    data object StopTakenBack : Meant

    data class End(val atUs: Long) : Meant
}
