package cn.quanji.recorder.queue

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import android.widget.ProgressBar
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.InQueue
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.bytes
import cn.quanji.recorder.ui.countdown
import cn.quanji.recorder.ui.length
import cn.quanji.recorder.ui.link
import cn.quanji.recorder.ui.linkTone
import cn.quanji.recorder.ui.percent
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showEach
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.title
import cn.quanji.recorder.ui.tone
import cn.quanji.recorder.ui.waits

/** Draws [QueueState]: how far each is, why it waits, and what frees it. */
class QueueView(context: Context, attributes: AttributeSet) : Page<QueueState, QueueEvent>(context, attributes) {
    override fun onFinishInflate() {
        super.onFinishInflate()
        press(R.id.enrol) { QueueEvent.Enrol }
        press(R.id.again) { QueueEvent.TryAgain }
        press(R.id.dock) { QueueEvent.AtDock }
    }

    override fun show(state: QueueState) {
        text(R.id.link).say(link(state), linkTone(state.link))
        findViewById<ViewGroup>(R.id.waiting).showEach(state.waiting, R.layout.queue_card) { card, one -> show(card, one, state.nowMs) }
        findViewById<View>(R.id.nothing).showIf(state.waiting.isEmpty())
        findViewById<View>(R.id.enrol).showIf(state.link == AgencyLink.NotEnrolled)
        findViewById<View>(R.id.again).showIf(state.mayTryAgain)
        val consent = text(R.id.consent)
        consent.showIf(state.paidBytes > 0)
        consent.text = resources.getString(R.string.queue_consent, bytes(state.paidBytes))
        consent.setOnClickListener { onEvent(QueueEvent.ConsentToPaid(state.paidBytes)) }
    }

    private fun link(state: QueueState): String {
        val speed = state.bytesPerSecond ?: return resources.link(state.link)
        val rest = state.waiting.sumOf { it.totalBytes - it.sentBytes }
        return resources.getString(R.string.queue_speed, bytes(speed), resources.length(rest / speed * 1_000))
    }

    private fun show(card: View, one: InQueue, nowMs: Long) {
        val permille = if (one.totalBytes == 0L) 0 else (one.sentBytes * 1_000 / one.totalBytes).toInt()
        card.setOnClickListener { onEvent(QueueEvent.Open(one.record)) }
        card.findViewById<TextView>(R.id.title).text = resources.title(matter = null, one.beganAtMs, nowMs)
        card.findViewById<TextView>(R.id.countdown).text = resources.countdown(one.countdown, nowMs)
        card.findViewById<TextView>(R.id.sent).text = resources.getString(R.string.queue_sent, percent(permille), bytes(one.sentBytes), bytes(one.totalBytes))
        card.findViewById<ProgressBar>(R.id.progress).progress = permille
        card.findViewById<TextView>(R.id.waits).say(resources.waits(one.waits), tone(one.waits))
    }
}
