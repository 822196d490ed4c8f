package cn.quanji.recorder.core

import kotlinx.coroutines.flow.StateFlow

/** What is known of the scene (执法活动), for the record that runs or begins next. */
interface Scenes {
    val chosen: StateFlow<SceneChosen>

    /** Whether a record of it runs. */
    val isRecorded: StateFlow<Boolean>

    /** How this phone stands to the activity of another one, whose card it scanned. */
    val joins: StateFlow<Joins>

    /** Said to the running record at once, or to the next when it begins. */
    fun choose(chosen: SceneChosen)

    /** Who is here; of the next scene nobody is, until it is chosen. */
    val crew: StateFlow<Crew>

    /** Said as [choose], as soon as it is known who holds this phone. */
    fun choose(crew: Crew)

    /** Takes the card that was scanned from another phone; false for any other text. Blocks while a record runs. */
    fun join(card: String): Boolean

    /** By which a second phone joins the activity, without a network; null while nothing is recorded. Blocks. */
    fun joining(): Joining?
}

enum class Joins {
    /** No card was scanned. */
    Nothing,

    /** Said as soon as a record runs. */
    OnStart,
    Joined,

    /** It could not be written. */
    NotJoined,
}

data class SceneChosen(val matter: Matter?, val party: PartyKnown?)

/** What is known of the party (行政相对人) at the scene. */
enum class PartyKnown {
    /** Somebody is there; who it is, is established and written afterwards. */
    Present,
    NobodyPresent,
}

/** [code] is read by the second phone's camera from [qr], or typed. */
data class Joining(val code: String, val qr: QrCode)

/** A QR code as modules, row after row; true is dark. The quiet zone is not in it. */
class QrCode(val size: Int, private val dark: BooleanArray) {
    init {
        require(dark.size == size * size) { "${dark.size} modules of $size × $size" }
    }

    fun isDark(column: Int, row: Int): Boolean = dark[row * size + column]
}
