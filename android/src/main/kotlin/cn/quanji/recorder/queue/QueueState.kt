package cn.quanji.recorder.queue

import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.InQueue

/** What is on its way to the agency, in the order in which it goes. */
data class QueueState(
    val link: AgencyLink,
    val waiting: List<InQueue>,
    /** As told over the last seconds; null before two tellings, and while nothing moves. */
    val bytesPerSecond: Long?,
    /** What would go over a network that is paid for, were it agreed to; 0 when nothing waits for that, or the agency lets nothing go so. */
    val paidBytes: Long,
    /** Whether something waits that would not go by itself at once, and that a press tries again. */
    val mayTryAgain: Boolean,
    val nowMs: Long,
)

sealed interface QueueEvent {
    data object Looked : QueueEvent

    data class Open(val record: String) : QueueEvent

    /** Agrees to exactly what was shown. */
    data class ConsentToPaid(val bytes: Long) : QueueEvent

    /** What waits for its time or for a person is tried now. */
    data object TryAgain : QueueEvent

    data object AtDock : QueueEvent

    data object Enrol : QueueEvent
}
