package cn.quanji.recorder.core

/** Where a record is safe. */
sealed interface Safekeeping {
    /** Why it waits; null where nothing does, or nobody was asked. */
    val waits: Waits?

    /** On this phone alone. */
    data class OnPhone(override val waits: Waits?) : Safekeeping

    /** Some of it is at the agency, and no receipt says that all is. */
    data class Uploading(val permille: Int, override val waits: Waits) : Safekeeping

    /** A receipt that this phone verified says so. */
    data class Delivered(val receipt: Receipt) : Safekeeping {
        override val waits: Waits? = null
    }
}

data class Receipt(
    val number: Long,
    /** When the last byte was durable there. */
    val storedAtMs: Long,
    val onTime: OnTime,
    val by: StoredBy,
)

/** Who gave a receipt, and holds what it covers. */
enum class StoredBy {
    Agency,

    /** 本单位指定的储存器: the agency gets it from there. */
    DesignatedStorage,
}

enum class OnTime { Yes, No, Undetermined }

/** Why something waits on its way to the agency: the words of the core's queue. */
enum class Waits(val freedBy: FreedBy) {
    Queued(FreedBy.Time),
    Recording(FreedBy.Time),
    NotEnrolled(FreedBy.Person),
    NoNetwork(FreedBy.Network),
    NeedsFreeNetwork(FreedBy.Network),
    AgencyUnreachable(FreedBy.Time),
    AgencyBusy(FreedBy.Time),
    AgencyFull(FreedBy.Time),
    AgencyFailed(FreedBy.Time),
    CutOff(FreedBy.Time),
    DamagedOnTheWay(FreedBy.Time),
    BegunAnew(FreedBy.Time),
    ReceiptPending(FreedBy.Time),
    RecordIncomplete(FreedBy.Time),
    ClockOff(FreedBy.Time),
    AgencyNotAuthentic(FreedBy.Person),
    DeviceRevoked(FreedBy.Person),
    DeviceUnknown(FreedBy.Person),
    AgencyRefusesDevice(FreedBy.Person),
    LinesContradict(FreedBy.Person),
    LinesRefused(FreedBy.Person),
    PrivateContradicts(FreedBy.Person),
    FileDamaged(FreedBy.Person),
    FileLost(FreedBy.Person),
    FileRefused(FreedBy.Person),
    ReceiptNotValid(FreedBy.Person),
    PurgeFailed(FreedBy.Time),

    /** Marked as a state secret: nothing of it goes over a network any more. */
    StateSecret(FreedBy.Person),
    ProgramsDiffer(FreedBy.Person),
}

/** Who or what frees what waits. */
enum class FreedBy { Time, Network, Person }
