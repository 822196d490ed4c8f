package cn.quanji.recorder.queue

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.FreedBy
import cn.quanji.recorder.core.HandOver
import cn.quanji.recorder.core.InQueue
import cn.quanji.recorder.core.Waits
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.launch

class QueuePresenter(
    private val handOver: HandOver,
    private val nowMs: () -> Long,
    scope: CoroutineScope,
    private val goTo: (Route) -> Unit,
) {
    private val speed = Speed()
    private val states = MutableStateFlow(shown(handOver.queue.value, handOver.link.value, handOver.paidLimitBytes.value))
    val state: StateFlow<QueueState> = states.asStateFlow()

    init {
        scope.launch { combine(handOver.queue, handOver.link, handOver.paidLimitBytes, ::shown).collect { states.value = it } }
    }

    fun onEvent(event: QueueEvent) {
        when (event) {
            QueueEvent.Looked -> {
                handOver.look()
                states.value = shown(handOver.queue.value, handOver.link.value, handOver.paidLimitBytes.value)
            }
            is QueueEvent.Open -> goTo(Route.Record(event.record))
            is QueueEvent.ConsentToPaid -> handOver.consentToPaid(event.bytes)
            QueueEvent.TryAgain -> handOver.tryAgain()
            QueueEvent.AtDock -> goTo(Route.Dock)
            QueueEvent.Enrol -> goTo(Route.Enrolment)
        }
    }

    private fun shown(queue: List<InQueue>, link: AgencyLink, paidLimitBytes: Long?): QueueState {
        val now = nowMs()
        val paid = queue.filter { it.waits == Waits.NeedsFreeNetwork }.sumOf { it.totalBytes - it.sentBytes }
        return QueueState(
            link = link,
            waiting = queue,
            bytesPerSecond = speed.perSecond(now, queue.sumOf(InQueue::sentBytes)),
            paidBytes = minOf(paid, paidLimitBytes ?: paid),
            mayTryAgain = link.isThere() && queue.any { it.waits.mayBeTriedAgain() },
            nowMs = now,
        )
    }

    private fun AgencyLink.isThere(): Boolean =
        when (this) {
            AgencyLink.Reachable, AgencyLink.Unreachable -> true
            AgencyLink.NotEnrolled, AgencyLink.NoNetwork -> false
        }

    private fun Waits.mayBeTriedAgain(): Boolean =
        when (freedBy) {
            // What is in its turn goes; what is being recorded goes with it.
            FreedBy.Time -> this != Waits.Queued && this != Waits.Recording
            FreedBy.Network -> false
            FreedBy.Person -> this != Waits.NotEnrolled
        }
}
