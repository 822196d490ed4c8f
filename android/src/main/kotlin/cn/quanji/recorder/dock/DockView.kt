package cn.quanji.recorder.dock

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import android.widget.EditText
import android.widget.ProgressBar
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.core.AtDock
import cn.quanji.recorder.core.BroughtReceipts
import cn.quanji.recorder.core.Came
import cn.quanji.recorder.core.NotBrought
import cn.quanji.recorder.core.NotCarried
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.bytes
import cn.quanji.recorder.ui.onTyped
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showEach
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.showText
import cn.quanji.recorder.ui.title
import cn.quanji.recorder.ui.tone
import cn.quanji.recorder.ui.waits

/** Draws [DockState]: the two ways, or how the one that was chosen goes and what came of it. */
class DockView(context: Context, attributes: AttributeSet) : Page<DockState, DockEvent>(context, attributes) {
    private val address by lazy { findViewById<EditText>(R.id.address) }

    override fun onFinishInflate() {
        super.onFinishInflate()
        address.onTyped { onEvent(DockEvent.AddressTyped(it)) }
        press(R.id.scan) { DockEvent.Scan }
        press(R.id.hand_over) { DockEvent.HandOver }
        press(R.id.write) { DockEvent.Write }
        press(R.id.bring) { DockEvent.Bring }
        press(R.id.stop) { DockEvent.Stop }
        press(R.id.again) { DockEvent.Again }
    }

    override fun show(state: DockState) {
        address.showText(state.address)
        findViewById<View>(R.id.hand_over).isEnabled = state.address.isNotBlank()
        when (val step = state.step) {
            DockStep.Choosing -> choosing(null)
            DockStep.NoAddress -> choosing(R.string.dock_no_address)
            DockStep.NoPicker -> choosing(R.string.dock_no_picker)
            is DockStep.HandingOver -> going(R.string.dock_handing_over, step.sentBytes, step.totalBytes, mayStop = true)
            is DockStep.Writing -> going(R.string.dock_writing, step.doneBytes, step.totalBytes, mayStop = true)
            DockStep.Bringing -> going(R.string.dock_bringing, 0, 0, mayStop = false)
            is DockStep.HandedOver -> handedOver(step.came)
            is DockStep.Written -> came(written(step), if (step.unreadable == 0) Tone.Safe else Tone.Owed)
            is DockStep.NotWritten -> came(resources.getString(words(step.why)), if (step.why == NotCarried.NothingWaits) Tone.Safe else Tone.Owed)
            is DockStep.Brought -> brought(step.all, state.nowMs)
            is DockStep.NotBrought -> came(resources.getString(words(step.why)), Tone.Owed)
        }
    }

    private fun choosing(fault: Int?) {
        parts(isChoosing = true, mayStop = false, isOver = false)
        text(R.id.said).showIf(fault != null)
        if (fault != null) text(R.id.said).tell(resources.getString(fault), Tone.Owed)
    }

    private fun going(words: Int, doneBytes: Long, totalBytes: Long, mayStop: Boolean) {
        parts(isChoosing = false, mayStop = mayStop, isOver = false)
        text(R.id.said).showIf(true)
        text(R.id.said).tell(resources.getString(words), Tone.Waiting)
        val isKnown = totalBytes > 0
        val progress = findViewById<ProgressBar>(R.id.progress)
        progress.showIf(isKnown)
        progress.progress = if (isKnown) (doneBytes * 1_000 / totalBytes).toInt() else 0
        text(R.id.so_far).showIf(isKnown)
        text(R.id.so_far).text = resources.getString(R.string.dock_so_far, bytes(doneBytes), bytes(totalBytes))
    }

    private fun came(words: String, tone: Tone, receipts: List<BroughtReceipts> = emptyList(), nowMs: Long = 0) {
        parts(isChoosing = false, mayStop = false, isOver = true)
        text(R.id.said).showIf(true)
        text(R.id.said).tell(words, tone)
        findViewById<ViewGroup>(R.id.receipts).showEach(receipts, R.layout.tag) { tag, one -> (tag as TextView).say(line(one, nowMs), tone(one.came)) }
    }

    private fun parts(isChoosing: Boolean, mayStop: Boolean, isOver: Boolean) {
        findViewById<View>(R.id.choosing).showIf(isChoosing)
        findViewById<View>(R.id.progress).showIf(false)
        findViewById<View>(R.id.so_far).showIf(false)
        findViewById<ViewGroup>(R.id.receipts).removeAllViews()
        findViewById<View>(R.id.stop).showIf(mayStop)
        findViewById<View>(R.id.again).showIf(isOver)
    }

    private fun handedOver(came: AtDock) =
        when (came) {
            AtDock.AllThere -> came(resources.getString(R.string.dock_all_there), Tone.Safe)
            is AtDock.Waiting -> came(resources.waits(came.waits), tone(came.waits))
            AtDock.NoLan -> came(resources.getString(R.string.dock_no_lan), Tone.Owed)
            AtDock.NoAddress -> came(resources.getString(R.string.dock_no_address), Tone.Owed)
            AtDock.Stopped -> came(resources.getString(R.string.dock_stopped), Tone.Waiting)
            AtDock.Practice -> came(resources.getString(R.string.dock_practice), Tone.Owed)
            AtDock.Failed -> came(resources.getString(R.string.dock_failed), Tone.Owed)
        }

    private fun written(step: DockStep.Written): String {
        val words = resources.getString(R.string.dock_written, step.records.toString(), bytes(step.bytes), step.name)
        return if (step.unreadable == 0) words else words + "\n" + resources.getString(R.string.dock_unreadable, step.unreadable.toString())
    }

    private fun brought(all: List<BroughtReceipts>, nowMs: Long) {
        val hold = all.count { it.came is Came.Taken || it.came == Came.Known }
        val words = if (hold == all.size) R.string.dock_brought else R.string.dock_brought_some
        came(resources.getString(words, hold.toString(), all.size.toString()), if (hold == all.size) Tone.Safe else Tone.Owed, all, nowMs)
    }

    private fun line(one: BroughtReceipts, nowMs: Long): String {
        val record = if (one.beganAtMs == null) one.record.take(NAMED_BY) else resources.title(matter = null, one.beganAtMs, nowMs)
        return when (val came = one.came) {
            is Came.Taken -> resources.getString(R.string.dock_receipt_taken, record, bytes(came.freedBytes))
            Came.Known -> resources.getString(R.string.dock_receipt_known, record)
            Came.NotValid -> resources.getString(R.string.dock_receipt_not_valid, record)
            Came.NotHere -> resources.getString(R.string.dock_receipt_not_here, record)
        }
    }

    private fun tone(came: Came): Tone =
        when (came) {
            is Came.Taken, Came.Known -> Tone.Safe
            Came.NotValid -> Tone.Owed
            Came.NotHere -> Tone.Waiting
        }

    private fun words(why: NotCarried): Int =
        when (why) {
            NotCarried.NothingWaits -> R.string.dock_nothing_waits
            NotCarried.Full -> R.string.dock_full
            NotCarried.TooLarge -> R.string.dock_too_large
            NotCarried.Gone -> R.string.dock_gone
            NotCarried.Stopped -> R.string.dock_write_stopped
            NotCarried.NotRead -> R.string.dock_not_read
            NotCarried.Practice -> R.string.dock_practice
            NotCarried.Failed -> R.string.dock_failed
        }

    private fun words(why: NotBrought): Int =
        when (why) {
            NotBrought.NoneThere -> R.string.dock_none_there
            NotBrought.NotReceipts -> R.string.dock_not_receipts
            NotBrought.NotTheAgencys -> R.string.dock_not_the_agencys
            NotBrought.NotEnrolled -> R.string.waits_not_enrolled
            NotBrought.Recording -> R.string.dock_recording
            NotBrought.Gone -> R.string.dock_gone_reading
            NotBrought.Practice -> R.string.dock_practice
            NotBrought.Failed -> R.string.dock_failed
        }

    /** A live region speaks at each setting: only what changed is set. */
    private fun TextView.tell(words: String, tone: Tone) {
        if (text.toString() != words) say(words, tone)
    }

    private companion object {
        const val NAMED_BY = 8
    }
}
