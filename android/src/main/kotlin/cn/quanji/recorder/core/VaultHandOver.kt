package cn.quanji.recorder.core

import cn.quanji.core.Core as Bound
import cn.quanji.core.Queue
import cn.quanji.core.UploadException
import cn.quanji.core.UploadNews
import cn.quanji.core.UploadTold
import cn.quanji.core.Waits as BoundWaits
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch

/** The queue in the vault. A look at it also lets go what can go: whoever looks at the queue wants it to move. */
class VaultHandOver(
    private val vault: Vault,
    private val connection: Connection,
    private val scope: CoroutineScope,
    private val worker: CoroutineDispatcher,
    private val nowMs: () -> Long,
) : HandOver {
    private val links = MutableStateFlow<AgencyLink>(AgencyLink.NotEnrolled)
    private val waiting = MutableStateFlow(emptyList<InQueue>())
    override val link: StateFlow<AgencyLink> = links.asStateFlow()
    override val queue: StateFlow<List<InQueue>> = waiting.asStateFlow()
    private var toldAtMs = 0L

    init {
        scope.launch { connection.network.collect { look() } }
    }

    override fun look() {
        scope.launch(worker) {
            read()
            val network = connection.network.value
            if (links.value != AgencyLink.NotEnrolled && waiting.value.isNotEmpty() && network != Network.None) run(network)
        }
    }

    override fun consentToPaid(bytes: Long) {
        scope.launch(worker) {
            vault.ask { it.consentToPaid(bytes.toULong()) }
            run(connection.network.value)
        }
    }

    override fun handOverAtDock() {
        scope.launch(worker) { run(Network.Dock) }
    }

    private fun run(network: Network) {
        val opened = vault.open()
        if (opened !is Answer.Of) return
        try {
            opened.value.runUploads(network.asBound(), PATIENCE_S, Told())
        } catch (_: UploadException) {
            // One that runs already goes on; what keeps it from running is in the queue, and read below.
        }
        read()
    }

    private fun read() {
        vault.ask { core ->
            val network = connection.network.value.asBound()
            val queue = core.queue(network)
            links.value = link(core, queue)
            val listed = core.home(network).asHome(nowMs()).records.associateBy { it.record }
            waiting.value = queue.byRecord(listed)
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
    }
}
