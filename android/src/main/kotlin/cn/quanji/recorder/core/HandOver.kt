package cn.quanji.recorder.core

import kotlinx.coroutines.flow.StateFlow

/** The way of records to the agency. */
interface HandOver {
    val link: StateFlow<AgencyLink>

    /** What waits, in the order in which it goes. */
    val queue: StateFlow<List<InQueue>>

    /** Looks at the queue anew, and lets go what can go. */
    fun look()

    /** The officer agrees to [bytes] over a network that is paid for; never more than was shown. */
    fun consentToPaid(bytes: Long)

    /** Hands over to the designated storage that the phone is connected to, without any network. */
    fun handOverAtDock()
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
