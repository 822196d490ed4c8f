package cn.quanji.recorder.core

import kotlinx.coroutines.flow.StateFlow

/** The way of records to the agency. */
interface HandOver {
    val link: StateFlow<AgencyLink>

    /** What waits, in the order in which it goes. */
    val queue: StateFlow<List<InQueue>>

    /** To how many bytes over a network that is paid for the officer may agree, by the agency's policy; null: to any. */
    val paidLimitBytes: StateFlow<Long?>

    /** Looks at the queue anew, and lets go what can go. */
    fun look()

    /** Lets go what can go, and comes back when nothing can any more; with one that goes already, when that ends. */
    suspend fun handOver()

    /** Ends what goes to the agency, wherever it is; the next goes on from there. Whoever asked for it comes back. */
    fun stop()

    /** The officer agrees to [bytes] over a network that is paid for; never more than was shown. */
    fun consentToPaid(bytes: Long)

    /** Somebody asks for it now: what waited for its time or for a person is tried again. */
    fun tryAgain()

    /** What a person scanned or typed, as an address of a designated storage (指定的储存器); null where it is none. */
    fun dockAddress(said: String): String?

    /**
     * Hands over to the designated storage at [address], over a cable or its LAN and over no other network. Comes back when nothing can go any more;
     * how far it is, [queue] says.
     */
    suspend fun handOverAt(address: String): AtDock

    /** Ends what goes to a designated storage; the next goes on from there. */
    fun stopAtDock()
}

/** What a hand-over to a designated storage came to. */
sealed interface AtDock {
    /** It has everything, and its receipts are verified. */
    data object AllThere : AtDock

    data class Waiting(val waits: Waits) : AtDock

    /** The phone is on no cable and no LAN. */
    data object NoLan : AtDock

    data object NoAddress : AtDock

    data object Stopped : AtDock

    data object Practice : AtDock

    /** The queue or the vault failed; nothing is lost by it. */
    data object Failed : AtDock
}

/** One record on its way. */
data class InQueue(
    val record: String,
    /** Null where the list of records does not know it. */
    val beganAtMs: Long?,
    val sentBytes: Long,
    val totalBytes: Long,
    val waits: Waits,
    val countdown: Countdown,
)
