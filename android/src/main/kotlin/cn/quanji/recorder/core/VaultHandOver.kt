package cn.quanji.recorder.core

import cn.quanji.core.Core as Bound
import cn.quanji.core.Queue
import cn.quanji.core.UploadException
import cn.quanji.core.UploadNews
import cn.quanji.core.UploadTold
import cn.quanji.core.Waits as BoundWaits
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/**
 * The queue in the vault, and the one run that sends it. A look at it also lets go what can go: whoever looks at the queue wants it to move. The
 * background's job asks for the same run.
 */
class VaultHandOver(
    private val vault: Vault,
    private val connection: Connection,
    private val watch: Watch,
    private val scope: CoroutineScope,
    private val worker: CoroutineDispatcher,
    private val nowMs: () -> Long,
) : HandOver {
    private val links = MutableStateFlow<AgencyLink>(AgencyLink.NotEnrolled)
    private val waiting = MutableStateFlow(emptyList<InQueue>())
    override val link: StateFlow<AgencyLink> = links.asStateFlow()
    override val queue: StateFlow<List<InQueue>> = waiting.asStateFlow()
    private var going: Run? = null
    private var toldAtMs = 0L

    /** What is sent over one network, until it ends. */
    private class Run(val network: Network, val ends: Deferred<Unit>)

    init {
        scope.launch {
            connection.network.collect { network ->
                // What goes as if it cost nothing must not go on over a network that does.
                running()?.takeIf { it.network != network && it.network != Network.Dock }?.let { end(it) }
                look()
            }
        }
    }

    override fun look() {
        scope.launch(worker) {
            read()
            plan(hasRun = false)
            if (links.value != AgencyLink.NotEnrolled && waiting.value.isNotEmpty()) handOver()
        }
    }

    override suspend fun handOver() = handOver(connection.network.value)

    override fun stop() {
        scope.launch { running()?.let { end(it) } }
    }

    override fun consentToPaid(bytes: Long) {
        scope.launch(worker) {
            vault.ask { it.consentToPaid(bytes.toULong()) }
            // What goes has chosen what may go without the yes.
            running()?.let { end(it) }
            handOver()
        }
    }

    override fun handOverAtDock() {
        scope.launch(worker) {
            // The officer stands there now: nothing waits for its time.
            vault.ask { it.tryAgain() }
            handOver(Network.Dock)
        }
    }

    /** One run at a time. One that goes over the same network is waited for, one over another is ended first. */
    private suspend fun handOver(network: Network) {
        if (network == Network.None) return
        while (true) {
            val run = synchronized(this) {
                going?.takeIf { it.ends.isActive } ?: Run(network, scope.async(worker) { run(network) }).also { going = it }
            }
            if (run.network == network) return run.ends.join()
            end(run)
        }
    }

    private fun running(): Run? = synchronized(this) { going?.takeIf { it.ends.isActive } }

    /** Asked again until it is over: a run that has not begun in the core yet hears nothing. */
    private suspend fun end(run: Run) {
        while (run.ends.isActive) {
            withContext(worker) { vault.ask { it.stopUploads() } }
            withTimeoutOrNull(STOPS_WITHIN_MS) { run.ends.join() }
        }
    }

    private fun run(network: Network) {
        connection.over(network) { send(network) }
        read()
        plan(hasRun = true)
    }

    private fun send(network: Network) {
        val opened = vault.open()
        if (opened !is Answer.Of) return
        try {
            opened.value.runUploads(network.asBound(), PATIENCE_S, Told())
        } catch (_: UploadException) {
            // What keeps it from running is in the queue, and read below.
        }
    }

    private fun plan(hasRun: Boolean) {
        val next = vault.ask { it.nextUploads().run { NextHandOver(overAnyUs?.asMs(), overFreeUs?.asMs()) } }
        // What cannot be read now was planned when it could.
        if (next is Answer.Of) watch.waits(next.value, hasRun)
    }

    private fun Long.asMs() = this / US

    private fun read() {
        vault.ask { core ->
            val network = connection.network.value.asBound()
            val queue = core.queue(network)
            links.value = link(core, queue)
            val records = core.home(network).asHome(nowMs()).records
            waiting.value = queue.byRecord(records.associateBy { it.record })
            // Nothing of practice is owed to anybody, and what is owed is not read meanwhile.
            if (!core.isPractice()) watch.owes(records)
        }
    }

    private fun link(core: Bound, queue: Queue): AgencyLink =
        when {
            core.agency() == null -> AgencyLink.NotEnrolled
            connection.network.value == Network.None -> AgencyLink.NoNetwork
            queue.hold == BoundWaits.AGENCY_UNREACHABLE -> AgencyLink.Unreachable
            else -> AgencyLink.Reachable
        }

    /** Things that wait, as the records they are of; the first thing of each says why it waits. */
    private fun Queue.byRecord(listed: Map<String, RecordSummary>): List<InQueue> =
        rows.groupBy { it.record }.map { (record, things) ->
            InQueue(
                record = record,
                beganAtMs = listed[record]?.beganAtMs,
                sentBytes = things.sumOf { it.storedBytes.toLong() },
                totalBytes = things.sumOf { it.sizeBytes.toLong() },
                waits = things.first().waits.why.asWaits(),
                countdown = listed[record]?.countdown ?: Countdown.NotBegun,
            )
        }

    /** At most once a second: a film is many pieces. */
    private inner class Told : UploadTold {
        override fun told(what: UploadNews) {
            val now = nowMs()
            if (now - toldAtMs < TELL_MS) return
            toldAtMs = now
            read()
        }
    }

    private companion object {
        val PATIENCE_S = 60u
        const val TELL_MS = 1_000
        const val STOPS_WITHIN_MS = 500L
        const val US = 1_000
    }
}
