package cn.quanji.recorder.core

/** Handing over by a disk or stick, to the designated storage and back (第十七条). Calls block for as long as the medium takes. */
interface Carrying {
    /** Writes all that no receipt covers as one bundle. Nothing on the phone is freed by it. [told] says how much of how much was read. */
    fun write(to: Stick, isStopped: () -> Boolean, told: (Long, Long) -> Unit): Carried

    /** Proves the receipts that lie there, keeps those that hold, and frees what they cover. */
    fun bring(from: Stick): Brought
}

sealed interface Carried {
    /** [unreadable] records are not in it: their journals cannot be read. */
    data class Written(val records: Int, val unreadable: Int, val bytes: Long, val name: String) : Carried

    data class Not(val why: NotCarried) : Carried
}

/** Why there is no bundle; what was written of it is removed, or says by its name that it is not whole. */
enum class NotCarried { NothingWaits, Full, TooLarge, Gone, Stopped, NotRead, Practice, Failed }

sealed interface Brought {
    /** In the order in which they lay there. */
    data class Receipts(val all: List<BroughtReceipts>) : Brought

    data class Not(val why: NotBrought) : Brought
}

/** Why no receipt was looked at. */
enum class NotBrought {
    /** None lies in that folder. */
    NoneThere,
    NotReceipts,

    /** The keys beside them are not the agency's. */
    NotTheAgencys,
    NotEnrolled,

    /** What is being recorded goes first. */
    Recording,
    Gone,
    Practice,
    Failed,
}

data class BroughtReceipts(
    val record: String,
    /** Null where the phone does not know it. */
    val beganAtMs: Long?,
    val came: Came,
)

/** What came of the receipts of one record. */
sealed interface Came {
    data class Taken(val freedBytes: Long) : Came

    /** They were here already. */
    data object Known : Came

    /** They do not hold: nothing was freed. */
    data object NotValid : Came

    data object NotHere : Came
}
