package cn.quanji.recorder.dock

import cn.quanji.recorder.core.AtDock
import cn.quanji.recorder.core.Brought
import cn.quanji.recorder.core.Carried
import cn.quanji.recorder.core.Carrying
import cn.quanji.recorder.core.HandOver
import cn.quanji.recorder.core.InQueue
import cn.quanji.recorder.core.Sticks
import java.util.concurrent.atomic.AtomicBoolean
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** One thing at a time that goes to the designated storage or to a stick. It goes on when the page is turned or left, and is there when it comes back. */
class DockWork(
    private val handOver: HandOver,
    private val carrying: Carrying,
    private val sticks: Sticks,
    /** The app's own. */
    private val scope: CoroutineScope,
    private val worker: CoroutineDispatcher,
) {
    private val steps = MutableStateFlow<DockStep>(DockStep.Choosing)
    val step: StateFlow<DockStep> = steps.asStateFlow()
    private val isStopped = AtomicBoolean()

    /** What a person scanned or typed, as an address; null where it is none. */
    fun address(said: String): String? = handOver.dockAddress(said)

    fun handOver(address: String) {
        if (!begin(DockStep.HandingOver(0, 0))) return
        scope.launch {
            val most = maxOf(left(handOver.queue.value), 1)
            val watching = launch {
                handOver.queue.collect { queue -> show(DockStep.HandingOver((most - left(queue)).coerceIn(0, most), most)) }
            }
            val came = handOver.handOverAt(address)
            watching.cancel()
            steps.value = if (came == AtDock.NoAddress) DockStep.NoAddress else DockStep.HandedOver(came)
        }
    }

    fun write(folder: String) {
        if (!begin(DockStep.Writing(0, 0))) return
        scope.launch {
            val carried = withContext(worker) { carrying.write(sticks.at(folder), isStopped::get) { done, total -> show(DockStep.Writing(done, total)) } }
            steps.value = when (carried) {
                is Carried.Written -> DockStep.Written(carried.records, carried.unreadable, carried.bytes, carried.name)
                is Carried.Not -> DockStep.NotWritten(carried.why)
            }
        }
    }

    fun bring(folder: String) {
        if (!begin(DockStep.Bringing)) return
        scope.launch {
            steps.value = when (val brought = withContext(worker) { carrying.bring(sticks.at(folder)) }) {
                is Brought.Receipts -> DockStep.Brought(brought.all)
                is Brought.Not -> DockStep.NotBrought(brought.why)
            }
        }
    }

    /** Ends what goes; what it came to is shown. */
    fun stop() {
        isStopped.set(true)
        if (steps.value is DockStep.HandingOver) handOver.stopAtDock()
    }

    /** Something that is not done in this work: what was typed is no address, or the phone has no picker. */
    fun refuse(why: DockStep) {
        if (!steps.value.isGoing) steps.value = why
    }

    /** What came of the last is seen. */
    fun forget() {
        if (!steps.value.isGoing) steps.value = DockStep.Choosing
    }

    /** Two presses are one. */
    private fun begin(step: DockStep): Boolean {
        val before = steps.value
        if (before.isGoing || !steps.compareAndSet(before, step)) return false
        isStopped.set(false)
        return true
    }

    /** Further of the same; what is over is not begun again by a late word. */
    private fun show(step: DockStep) = steps.update { if (it::class == step::class) step else it }

    private fun left(queue: List<InQueue>): Long = queue.sumOf { it.totalBytes - it.sentBytes }
}
