package cn.quanji.recorder.core

import cn.quanji.core.BringException
import cn.quanji.core.BroughtReceipts as BoundReceipts
import cn.quanji.core.BundleOut
import cn.quanji.core.Core as Bound
import cn.quanji.core.ExportException
import cn.quanji.core.OutException
import cn.quanji.core.ReceiptsCame
import java.time.Instant
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import java.util.Locale

/** Between the vault and a stick. */
class VaultCarrying(
    private val vault: Vault,
    private val nowMs: () -> Long,
    /** What waits for the agency may have become less. */
    private val brought: () -> Unit,
) : Carrying {
    override fun write(to: Stick, isStopped: () -> Boolean, told: (Long, Long) -> Unit): Carried {
        val opened = vault.open()
        if (opened !is Answer.Of) return Carried.Not(NotCarried.NotRead)
        val name = "quanji-${NAMED.format(Instant.ofEpochMilli(nowMs()))}.zip"
        // Under another name until it is whole: half a bundle looks like a bundle.
        val file = try {
            to.create(name + PART)
        } catch (failed: StickException) {
            return Carried.Not(failed.fault.asNotCarried())
        }
        return try {
            val written = opened.value.exportWaiting(Out(file, isStopped, told))
            file.keepAs(name)
            Carried.Written(written.records.size, written.unreadable.size, written.bytes.toLong(), name)
        } catch (refused: ExportException) {
            Carried.Not(removed(file, refused.asNotCarried()))
        } catch (failed: StickException) {
            Carried.Not(removed(file, failed.fault.asNotCarried()))
        }
    }

    override fun bring(from: Stick): Brought {
        val opened = vault.open()
        if (opened !is Answer.Of) return Brought.Not(NotBrought.Failed)
        return try {
            val names = from.names()
            val files = names.filter { it.endsWith(RECEIPTS) }
            if (files.isEmpty()) return Brought.Not(NotBrought.NoneThere)
            Brought.Receipts(files.flatMap { name -> bring(opened.value, from, name, names) }).also { brought() }
        } catch (_: StickException) {
            Brought.Not(NotBrought.Gone)
        } catch (refused: BringException) {
            Brought.Not(refused.asNotBrought())
        }
    }

    private fun bring(core: Bound, from: Stick, name: String, names: List<String>): List<BroughtReceipts> {
        val beside = (name.removeSuffix(RECEIPTS) + KEYSET).takeIf { it in names }
        val all = core.bringReceipts(from.read(name, MOST_BYTES), beside?.let { from.read(it, MOST_BYTES) })
        return all.map { it.asBrought(core) }
    }

    /** Why it is not whole; where it cannot be removed either, the medium is gone, and its name says that it is not whole. */
    private fun removed(file: StickFile, why: NotCarried): NotCarried =
        try {
            file.remove()
            why
        } catch (_: StickException) {
            NotCarried.Gone
        }

    /** The file as the core writes into it. */
    private class Out(private val file: StickFile, private val isStopped: () -> Boolean, private val heard: (Long, Long) -> Unit) : BundleOut {
        override fun write(bytes: ByteArray) {
            if (isStopped()) throw OutException.Stopped()
            asked { file.write(bytes) }
        }

        override fun seek(toBytes: ULong) = asked { file.seek(toBytes.toLong()) }

        override fun sync() = asked { file.sync() }

        override fun told(doneBytes: ULong, totalBytes: ULong) = heard(doneBytes.toLong(), totalBytes.toLong())

        private fun asked(ask: () -> Unit) =
            try {
                ask()
            } catch (failed: StickException) {
                throw when (failed.fault) {
                    StickFault.Full -> OutException.Full()
                    StickFault.TooLarge -> OutException.TooLarge()
                    StickFault.Gone -> OutException.Gone()
                }
            }
    }

    private companion object {
        const val PART = ".part"
        const val RECEIPTS = ".receipts"
        const val KEYSET = ".keyset"

        /** Some thousands of receipts, or rotations. */
        const val MOST_BYTES = 4 shl 20
        val NAMED: DateTimeFormatter = DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.ofHours(8))
    }
}

private fun StickFault.asNotCarried(): NotCarried =
    when (this) {
        StickFault.Full -> NotCarried.Full
        StickFault.TooLarge -> NotCarried.TooLarge
        StickFault.Gone -> NotCarried.Gone
    }

private fun ExportException.asNotCarried(): NotCarried =
    when (this) {
        is ExportException.Practice -> NotCarried.Practice
        is ExportException.NothingWaits -> NotCarried.NothingWaits
        is ExportException.Read -> NotCarried.NotRead
        is ExportException.Bug -> NotCarried.Failed
        is ExportException.Out -> when (why) {
            is OutException.Full -> NotCarried.Full
            is OutException.TooLarge -> NotCarried.TooLarge
            is OutException.Gone -> NotCarried.Gone
            is OutException.Stopped -> NotCarried.Stopped
        }
    }

private fun BringException.asNotBrought(): NotBrought =
    when (this) {
        is BringException.Practice -> NotBrought.Practice
        is BringException.NotEnrolled -> NotBrought.NotEnrolled
        is BringException.NoReceipt -> NotBrought.NotReceipts
        is BringException.NotTheAgencys -> NotBrought.NotTheAgencys
        is BringException.Recording -> NotBrought.Recording
        is BringException.Failed -> NotBrought.Failed
    }

private fun BoundReceipts.asBrought(core: Bound) = BroughtReceipts(
    record = record,
    beganAtMs = if (came is ReceiptsCame.NotHere) null else (answer { core.lastPage(record).openedUs.toLong() / 1_000 } as? Answer.Of)?.value,
    came = when (val came = came) {
        is ReceiptsCame.Taken -> Came.Taken(came.freedBytes.toLong())
        is ReceiptsCame.Known -> Came.Known
        is ReceiptsCame.NotValid -> Came.NotValid
        is ReceiptsCame.NotHere -> Came.NotHere
    },
)
