package cn.quanji.recorder.core

import cn.quanji.core.Core as Bound
import cn.quanji.core.Queue
import cn.quanji.core.UploadEnd
import cn.quanji.core.UploadException
import cn.quanji.core.UploadNews
import cn.quanji.core.UploadTold
import cn.quanji.core.Waits as BoundWaits
import cn.quanji.core.dockAddress as boundDockAddress
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
    private val paidLimits = MutableStateFlow<Long?>(null)
    override val paidLimitBytes: StateFlow<Long?> = paidLimits.asStateFlow()
    private var going: Run? = null
    private var toldAtMs = 0L

    /** What is sent over one network, until it ends; to [dock], or to the agency where that is null. */
    private class Run(val network: Network, val dock: String?, val ends: Deferred<AtDock>)

    init {
        scope.launch {
            connection.network.collect { network ->
                // What goes as if it cost nothing must not go on over a network that does.
                running()?.takeIf { it.network != network && it.dock == null }?.let { end(it) }
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
        scope.launch { running()?.takeIf { it.dock == null }?.let { end(it) } }
    }

    override fun stopAtDock() {
        scope.launch { running()?.takeIf { it.dock != null }?.let { end(it) } }
    }

    override fun consentToPaid(bytes: Long) {
        scope.launch(worker) {
            vault.ask { it.consentToPaid(bytes.toULong()) }
            // What goes has chosen what may go without the yes.
            running()?.takeIf { it.dock == null }?.let { end(it) }
            handOver()
        }
    }

    override fun tryAgain() {
        scope.launch(worker) {
            vault.ask { it.tryAgain() }
            read()
            handOver()
        }
    }

    override fun dockAddress(said: String): String? = boundDockAddress(said)

    override suspend fun handOverAt(address: String): AtDock = run(Network.Dock, address)

    private suspend fun handOver(network: Network) {
        if (network != Network.None) run(network, dock = null)
    }

    /** One run at a time. The same is waited for, and so is one at a dock, where an officer stands; another is ended first. */
    private suspend fun run(network: Network, dock: String?): AtDock {
        while (true) {
            val run = synchronized(this) {
                going?.takeIf { it.ends.isActive } ?: Run(network, dock, scope.async(worker) { go(network, dock) }).also { going = it }
            }
            val isTheSame = run.network == network && run.dock == dock
            if (isTheSame || dock == null && run.dock != null) {
                run.ends.join()
                // A defect of one run ends no one who waits for it.
                return if (run.ends.isCancelled) AtDock.Failed else run.ends.await()
            }
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

    private fun go(network: Network, dock: String?): AtDock {
        var came: AtDock = AtDock.NoLan
        connection.over(network) { came = send(network, dock) }
        read()
        plan(hasRun = true)
        return came
    }

    /** What keeps a run to the agency from going is in the queue besides, and read after it. */
    private fun send(network: Network, dock: String?): AtDock {
        val opened = vault.open()
        if (opened !is Answer.Of) return AtDock.Failed
        return try {
            val ended = if (dock == null) opened.value.runUploads(network.asBound(), PATIENCE_S, Told()) else opened.value.handOverAt(dock, PATIENCE_S, Told())
            when (ended) {
                is UploadEnd.NothingLeft -> AtDock.AllThere
                is UploadEnd.Waits -> AtDock.Waiting(ended.why.asWaits())
                is UploadEnd.Stopped -> AtDock.Stopped
            }
        } catch (_: IllegalStateException) {
            // Closed under it: practice began.
            AtDock.Stopped
        } catch (refused: UploadException) {
            when (refused) {
                is UploadException.Practice -> AtDock.Practice
                is UploadException.NotEnrolled -> AtDock.Waiting(Waits.NotEnrolled)
                is UploadException.Address -> AtDock.NoAddress
                is UploadException.Runs, is UploadException.Queue, is UploadException.Bug -> AtDock.Failed
            }
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
            paidLimits.value = queue.paidLimitBytes?.toLong()
            val records = core.home(network).asHome(nowMs(), drafts = emptyList()).records
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
