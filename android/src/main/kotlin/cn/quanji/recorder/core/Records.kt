package cn.quanji.recorder.core

/** The records on this phone, as the screens ask for them. Every call may block for as long as the disk takes. */
interface Records {
    fun home(): Answer<HomeRecords>

    /** One record, told from its lines. */
    fun detail(record: String): Answer<RecordDetail>

    /** Proves the record's chain and signatures once more, from the vault. */
    fun check(record: String): Answer<SelfCheck>

    /** Ends a record that was cut off and will not be taken up. */
    fun endInterrupted(record: String): Answer<Unit>

    /** Adds what an officer wrote, signed; it cannot be changed after. */
    fun write(record: String, written: Written): Answer<Unit>

    /** What the agency drafted and nobody has signed yet, the oldest first. */
    fun drafts(): Answer<List<Draft>>

    /** What a statement begins from where the agency drafted none: what the record says, and blanks for the rest. */
    fun template(record: String, about: Writing.Statement): Answer<String>

    /** A statement where nothing was recorded at all: it stands alone, signed. */
    fun stateAlone(written: Written): Answer<Unit>

    /** What stands in a record, one that runs included. */
    fun standing(record: String): Answer<Standing>

    /** How an item of the checklist stands: of a record that runs now, of another one looking back. */
    fun checkOff(record: String, item: KeyContent, state: ChecklistState): Answer<Unit>

    /** It could not be handed over in time, and why (第十七条). */
    fun declareAway(record: String, ground: AwayGround): Answer<Unit>

    /** Back at the unit, now. */
    fun declareReturn(record: String): Answer<Unit>
}

/** What the core did, or why not. */
sealed interface Answer<out T> {
    data class Of<T>(val value: T) : Answer<T>

    data class Not(val trouble: Trouble) : Answer<Nothing>
}

/** Why not: each has another remedy. */
sealed interface Trouble {
    data object DiskFull : Trouble

    /** Another recording runs, or another writer has the vault. */
    data object Busy : Trouble

    /** The phone was not unlocked since it was started. */
    data object Locked : Trouble

    /** The key that wraps the secrets is gone: what is in the vault cannot be read any more. */
    data object KeysGone : Trouble

    /** The journal does not prove itself from that line on; nothing of it is lost. */
    data class JournalDamaged(val line: Long) : Trouble

    /** It means nothing where the record stands. */
    data object NotNow : Trouble

    data object TooLong : Trouble

    /** A receipt covers it, and it was freed here: the agency has it. */
    data object Freed : Trouble

    /** This version of the app cannot do it yet. */
    data object NotInThisVersion : Trouble

    /** For whoever mends it. */
    data class Defect(val code: String) : Trouble
}

data class HomeRecords(
    /** Most urgent first. */
    val records: List<RecordSummary>,
    val interrupted: List<InterruptedRecord>,
    /** The record that runs now. */
    val running: String?,
    /** Of all records, those listed and the rest. */
    val totals: Totals,
    /** Statements that the agency drafted and that wait to be signed. */
    val drafts: List<Draft>,
)

data class Totals(val waiting: Long, val owed: Long, val delivered: Long)

/** How the phone stands to its agency. */
sealed interface AgencyLink {
    data object NotEnrolled : AgencyLink

    data object NoNetwork : AgencyLink

    data object Unreachable : AgencyLink

    data object Reachable : AgencyLink
}
