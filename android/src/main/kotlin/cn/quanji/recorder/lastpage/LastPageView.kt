package cn.quanji.recorder.lastpage

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import cn.quanji.recorder.R
import cn.quanji.recorder.core.RecordDetail
import cn.quanji.recorder.ui.DeadlineLine
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.TimelineStrip
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.end
import cn.quanji.recorder.ui.lengthOnClock
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.sayClaim
import cn.quanji.recorder.ui.sayExceptions
import cn.quanji.recorder.ui.showBeside
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.showOwed
import cn.quanji.recorder.ui.timeline
import cn.quanji.recorder.ui.trouble

/** Draws [LastPageState]: one sentence, one colour, and a button for each thing that is owed. */
class LastPageView(context: Context, attributes: AttributeSet) : Page<LastPageState, LastPageEvent>(context, attributes) {
    override fun onFinishInflate() {
        super.onFinishInflate()
        press(R.id.details) { LastPageEvent.Details }
        press(R.id.done) { LastPageEvent.Done }
        press(R.id.timeline) { LastPageEvent.Details }
    }

    override fun show(state: LastPageState) {
        when (state) {
            LastPageState.Reading -> {
                text(R.id.length).setText(R.string.last_reading)
                parts.forEach { findViewById<View>(it).showIf(false) }
            }
            is LastPageState.Shown -> show(state.detail, state.nowMs)
            is LastPageState.NotRead -> {
                text(R.id.length).setText(R.string.last_saved)
                parts.forEach { findViewById<View>(it).showIf(it == R.id.claim) }
                text(R.id.claim).say(resources.trouble(state.trouble), Tone.Owed)
            }
        }
    }

    private fun show(detail: RecordDetail, nowMs: Long) {
        parts.forEach { findViewById<View>(it).showIf(true) }
        text(R.id.length).text = resources.getString(R.string.last_length, lengthOnClock(detail.filmedMs))
        text(R.id.claim).sayClaim(detail.claim, detail.owed.size)
        text(R.id.exceptions).sayExceptions(detail.claim)
        findViewById<DeadlineLine>(R.id.countdown).show(detail.summary.countdown, nowMs)
        text(R.id.beside).showBeside(detail.summary, nowMs)
        findViewById<ViewGroup>(R.id.owed).showOwed(detail.owed) { onEvent(LastPageEvent.Settle(it)) }
        val due = detail.statementDueMs
        text(R.id.statement_due).showIf(due != null)
        if (due != null) text(R.id.statement_due).text = resources.getString(R.string.last_statement_due, resources.end(due, nowMs))
        val words = resources.timeline(detail.timeline)
        findViewById<TimelineStrip>(R.id.timeline).show(detail.timeline, words)
        text(R.id.timeline_words).text = words
    }

    private companion object {
        val parts = listOf(R.id.claim, R.id.exceptions, R.id.countdown, R.id.beside, R.id.owed, R.id.statement_due, R.id.timeline, R.id.timeline_words)
    }
}
