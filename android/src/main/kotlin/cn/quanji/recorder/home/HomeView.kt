package cn.quanji.recorder.home

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.ProgressBar
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.Draft
import cn.quanji.recorder.core.InterruptedRecord
import cn.quanji.recorder.core.RecordSummary
import cn.quanji.recorder.core.Safekeeping
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.core.Waits
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.countdown
import cn.quanji.recorder.ui.link
import cn.quanji.recorder.ui.linkTone
import cn.quanji.recorder.ui.safekeeping
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showBeside
import cn.quanji.recorder.ui.showEach
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.title
import cn.quanji.recorder.ui.tone
import cn.quanji.recorder.ui.trouble
import cn.quanji.recorder.ui.waits

/** Draws [HomeState]: what waits above, the next act below. */
class HomeView(context: Context, attributes: AttributeSet) : Page<HomeState, HomeEvent>(context, attributes) {
    override fun onFinishInflate() {
        super.onFinishInflate()
        press(R.id.queue) { HomeEvent.Queue }
        press(R.id.scene) { HomeEvent.Scene }
        press(R.id.shift_check) { HomeEvent.ShiftCheck }
        press(R.id.settings) { HomeEvent.Settings }
        press(R.id.enrol) { HomeEvent.Enrol }
    }

    override fun show(state: HomeState) {
        when (state) {
            // Nothing is asked and nothing waited for: the record button works at once.
            HomeState.Opening -> show(null, trouble = null)
            is HomeState.Shown -> show(state, state.trouble)
            is HomeState.Closed -> show(null, state.trouble)
        }
    }

    private fun show(shown: HomeState.Shown?, trouble: Trouble?) {
        val troubled = text(R.id.trouble)
        troubled.showIf(trouble != null)
        if (trouble != null) troubled.say(resources.trouble(trouble), Tone.Owed)
        findViewById<ViewGroup>(R.id.state_line).showEach(shown?.let(::stateLine).orEmpty(), R.layout.tag) { tag, (words, tone) -> (tag as TextView).say(words, tone) }
        findViewById<View>(R.id.enrol).showIf(shown?.agency == AgencyLink.NotEnrolled)
        findViewById<ViewGroup>(R.id.interrupted).showEach(shown?.records?.interrupted.orEmpty(), R.layout.interrupted_card) { card, one -> interrupted(card, one, shown!!.nowMs) }
        findViewById<ViewGroup>(R.id.drafts).showEach(shown?.records?.drafts.orEmpty(), R.layout.draft_card, ::draft)
        findViewById<ViewGroup>(R.id.records).showEach(shown?.records?.records.orEmpty(), R.layout.record_card) { card, one -> record(card, one, shown!!.nowMs) }
        findViewById<View>(R.id.nothing).showIf(shown != null && shown.records.records.isEmpty() && shown.records.interrupted.isEmpty() && shown.records.drafts.isEmpty())
        start(shown?.records?.running)
        val lasting = text(R.id.lasting)
        // What runs says itself how long it goes on.
        lasting.showIf(shown != null && shown.records.running == null)
        if (shown != null) lasting.text = resources.lasting(shown.lasting)
    }

    private fun stateLine(shown: HomeState.Shown): List<Pair<String, Tone>> {
        val totals = shown.records.totals
        return buildList {
            if (totals.waiting > 0) add(resources.getString(R.string.home_waiting, totals.waiting.toString()) to Tone.Waiting)
            if (totals.owed > 0) add(resources.getString(R.string.home_owed, totals.owed.toString()) to Tone.Owed)
            add(resources.link(shown.agency) to linkTone(shown.agency))
        }
    }

    private fun start(running: String?) {
        val start = findViewById<Button>(R.id.start)
        start.setText(if (running == null) R.string.home_start else R.string.home_back_to_recording)
        start.setOnClickListener { onEvent(if (running == null) HomeEvent.Start else HomeEvent.BackToRecording) }
    }

    private fun waits(safekeeping: Safekeeping): Waits? =
        when (safekeeping) {
            is Safekeeping.OnPhone -> safekeeping.waits
            is Safekeeping.Uploading -> safekeeping.waits
            is Safekeeping.Delivered -> null
        }

    private fun interrupted(card: View, one: InterruptedRecord, nowMs: Long) {
        card.findViewById<TextView>(R.id.title).text = resources.title(matter = null, one.beganAtMs, nowMs)
        card.findViewById<View>(R.id.take_up).setOnClickListener { onEvent(HomeEvent.TakeUp(one.record)) }
        card.findViewById<View>(R.id.end).setOnClickListener { onEvent(HomeEvent.EndInterrupted(one.record)) }
    }

    private fun draft(card: View, one: Draft) {
        card.findViewById<TextView>(R.id.about).setText(if (one.record == null) R.string.home_draft_alone else R.string.home_draft_of_record)
        card.findViewById<View>(R.id.read).setOnClickListener { onEvent(HomeEvent.ReadDraft(one.name)) }
    }

    private fun record(card: View, one: RecordSummary, nowMs: Long) {
        card.setOnClickListener { onEvent(HomeEvent.Open(one.record)) }
        card.findViewById<TextView>(R.id.title).text = resources.title(one.matter, one.beganAtMs, nowMs)
        val countdown = card.findViewById<TextView>(R.id.countdown)
        // Once it is delivered no term runs any more.
        countdown.showIf(one.safekeeping !is Safekeeping.Delivered)
        countdown.text = resources.countdown(one.countdown, nowMs)
        card.findViewById<TextView>(R.id.beside).showBeside(one, nowMs)
        card.findViewById<TextView>(R.id.keeping).say(resources.safekeeping(one.safekeeping), tone(one.safekeeping))
        val uploading = one.safekeeping as? Safekeeping.Uploading
        val progress = card.findViewById<ProgressBar>(R.id.progress)
        progress.showIf(uploading != null)
        progress.progress = uploading?.permille ?: 0
        val why = waits(one.safekeeping)
        val waits = card.findViewById<TextView>(R.id.waits)
        waits.showIf(why != null)
        waits.text = why?.let(resources::waits)
        val owed = card.findViewById<View>(R.id.owed)
        owed.showIf(one.owedCount > 0)
        card.findViewById<TextView>(R.id.owed_words).say(resources.getString(R.string.claim_withheld, one.owedCount.toString()), Tone.Owed)
        card.findViewById<View>(R.id.settle).setOnClickListener { onEvent(HomeEvent.Settle(one.record)) }
    }
}
