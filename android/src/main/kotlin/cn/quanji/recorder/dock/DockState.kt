package cn.quanji.recorder.dock

import cn.quanji.recorder.core.AtDock
import cn.quanji.recorder.core.BroughtReceipts
import cn.quanji.recorder.core.NotBrought as WhyNotBrought
import cn.quanji.recorder.core.NotCarried

/** Handing over without the agency's network: at the designated storage (指定的储存器), or by a disk or stick to it. */
data class DockState(val address: String, val step: DockStep, val nowMs: Long)

sealed interface DockStep {
    /** Whether something is being done; another waits for its end. */
    val isGoing: Boolean
        get() =
            when (this) {
                is HandingOver, is Writing, Bringing -> true
                Choosing, NoAddress, is HandedOver, is Written, is NotWritten, is Brought, is NotBrought, NoPicker -> false
            }

    data object Choosing : DockStep

    /** What was typed is no address. */
    data object NoAddress : DockStep

    /** [totalBytes] is 0 while nothing is known. */
    data class HandingOver(val sentBytes: Long, val totalBytes: Long) : DockStep

    data class HandedOver(val came: AtDock) : DockStep

    /** [totalBytes] is 0 while nothing is known. */
    data class Writing(val doneBytes: Long, val totalBytes: Long) : DockStep

    data class Written(val records: Int, val unreadable: Int, val bytes: Long, val name: String) : DockStep

    data class NotWritten(val why: NotCarried) : DockStep

    data object Bringing : DockStep

    data class Brought(val all: List<BroughtReceipts>) : DockStep

    data class NotBrought(val why: WhyNotBrought) : DockStep

    /** This phone's system has no page on which a folder is picked. */
    data object NoPicker : DockStep
}

sealed interface DockEvent {
    data object Looked : DockEvent

    data class AddressTyped(val address: String) : DockEvent

    data object Scan : DockEvent

    data object HandOver : DockEvent

    data object Write : DockEvent

    data object Bring : DockEvent

    /** Ends what goes. */
    data object Stop : DockEvent

    data object Again : DockEvent
}
