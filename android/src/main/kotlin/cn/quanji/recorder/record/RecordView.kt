package cn.quanji.recorder.record

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.core.AwayGround
import cn.quanji.recorder.core.Claim
import cn.quanji.recorder.core.Countdown
import cn.quanji.recorder.core.CountedDay
import cn.quanji.recorder.core.Counts
import cn.quanji.recorder.core.Moment
import cn.quanji.recorder.core.Obstruction
import cn.quanji.recorder.core.OnTime
import cn.quanji.recorder.core.RecordDetail
import cn.quanji.recorder.core.RecordPhoto
import cn.quanji.recorder.core.Safekeeping
import cn.quanji.recorder.core.SelfCheck
import cn.quanji.recorder.core.StoredBy
import cn.quanji.recorder.core.Timeline
import cn.quanji.recorder.ui.DeadlineLine
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.TimelineStrip
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.cause
import cn.quanji.recorder.ui.day
import cn.quanji.recorder.ui.exact
import cn.quanji.recorder.ui.ground
import cn.quanji.recorder.ui.lengthOnClock
import cn.quanji.recorder.ui.moment
import cn.quanji.recorder.ui.safekeeping
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.sayClaim
import cn.quanji.recorder.ui.sayExceptions
import cn.quanji.recorder.ui.showEach
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.showBeside
import cn.quanji.recorder.ui.showOwed
import cn.quanji.recorder.ui.timeline
import cn.quanji.recorder.ui.title
import cn.quanji.recorder.ui.tone
import cn.quanji.recorder.ui.trouble

/** Draws [RecordState]: what happened, where it is safe, until when, and whether it holds. */
class RecordView(context: Context, attributes: AttributeSet) : Page<RecordState, RecordEvent>(context, attributes) {
    override fun onFinishInflate() {
        super.onFinishInflate()
        press(R.id.check_now) { RecordEvent.CheckAsked }
        press(R.id.play) { RecordEvent.Play }
        press(R.id.returned) { RecordEvent.Returned }
        press(R.id.away) { RecordEvent.PanelOpened(Panel.Away) }
        press(R.id.checklist) { RecordEvent.ChecklistOpened }
        press(R.id.correct) { RecordEvent.PanelOpened(Panel.Correction) }
        press(R.id.mistake) { RecordEvent.MistakeDeclared }
    }

    override fun show(state: RecordState) {
        findViewById<View>(R.id.told).showIf(state is RecordState.Shown)
        when (state) {
            RecordState.Reading -> text(R.id.title).setText(R.string.last_reading)
            is RecordState.Shown -> show(state)
            is RecordState.NotRead -> text(R.id.title).say(resources.trouble(state.trouble), Tone.Owed)
        }
    }

    private fun show(shown: RecordState.Shown) {
        val (detail, check, _, _, nowMs) = shown
        val summary = detail.summary
        text(R.id.title).text = resources.title(summary.matter, summary.beganAtMs, nowMs)
        text(R.id.keeping).say(resources.safekeeping(summary.safekeeping), tone(summary.safekeeping))
        text(R.id.claim).sayClaim(detail.claim, detail.owed.size)
        text(R.id.exceptions).sayExceptions(detail.claim)
        findViewById<ViewGroup>(R.id.owed).showOwed(detail.owed) { onEvent(RecordEvent.Settle(it)) }
        val words = resources.timeline(detail.timeline)
        findViewById<TimelineStrip>(R.id.timeline).show(detail.timeline, words)
        text(R.id.timeline_words).text = words
        findViewById<ViewGroup>(R.id.moments).showEach(moments(detail), R.layout.moment) { line, moment -> (line as TextView).text = moment }
        findViewById<View>(R.id.play).showIf(detail.hasFilm)
        findViewById<ViewGroup>(R.id.photos).showEach(detail.photos, R.layout.jump) { button, photo -> photo(button as Button, photo) }
        val countdown = findViewById<DeadlineLine>(R.id.countdown)
        // Once it is delivered no term runs any more.
        countdown.showIf(summary.safekeeping !is Safekeeping.Delivered)
        countdown.show(summary.countdown, nowMs)
        text(R.id.beside).showBeside(summary, nowMs)
        findViewById<ViewGroup>(R.id.days).showEach(days(detail), R.layout.moment) { line, day -> (line as TextView).text = day }
        added(shown)
        text(R.id.receipt).text = receipt(summary.safekeeping)
        text(R.id.check).text = words(check)
        findViewById<View>(R.id.check_now).isEnabled = check != Check.Running
        text(R.id.number).text = resources.getString(R.string.record_number, summary.record)
    }

    private fun photo(button: Button, photo: RecordPhoto) {
        button.text = resources.getString(R.string.record_photo, lengthOnClock(photo.atMs))
        button.setOnClickListener { onEvent(RecordEvent.Look(photo)) }
    }

    /** What can be added to what stands: nothing of it is changed by that. */
    private fun added(shown: RecordState.Shown) {
        val isOver = shown.detail.claim != Claim.NotEnded
        val isAway = shown.detail.summary.countdown is Countdown.WaitingForReturn
        findViewById<View>(R.id.returned).showIf(isAway)
        findViewById<View>(R.id.away).showIf(isOver && !isAway && shown.detail.summary.safekeeping !is Safekeeping.Delivered)
        for (act in listOf(R.id.correct, R.id.mistake)) findViewById<View>(act).showIf(isOver)
        findViewById<ViewGroup>(R.id.grounds).showEach(if (shown.panel == Panel.Away) AwayGround.entries else emptyList(), R.layout.jump) { button, ground ->
            (button as Button).text = resources.ground(ground)
            button.setOnClickListener { onEvent(RecordEvent.AwayChosen(ground)) }
        }
        findViewById<ViewGroup>(R.id.corrections).showEach(if (shown.panel == Panel.Correction) shown.detail.moments else emptyList(), R.layout.jump) { button, moment ->
            (button as Button).text = words(moment)
            button.setOnClickListener { onEvent(RecordEvent.Correct(moment.line)) }
        }
        text(R.id.trouble).showIf(shown.trouble != null)
        if (shown.trouble != null) text(R.id.trouble).say(resources.trouble(shown.trouble), Tone.Owed)
        val isViolent = shown.detail.moments.any { it.what == Moment.What.Hindered(Obstruction.Violence) || it.what == Moment.What.Hindered(Obstruction.Threat) }
        text(R.id.police).showIf(isViolent)
        if (isViolent) text(R.id.police).say(resources.getString(R.string.record_police), Tone.Waiting)
    }

    private fun words(moment: Moment) = resources.getString(R.string.timeline_moment, lengthOnClock(moment.atMs), resources.moment(moment.what))

    /** Gaps and what happened, in its order. */
    private fun moments(detail: RecordDetail): List<String> {
        val gaps = detail.timeline.gaps.map { it.span.fromMs to resources.getString(R.string.timeline_gap, lengthOnClock(it.span.fromMs), resources.cause(it.cause), lengthOnClock(it.span.toMs - it.span.fromMs)) }
        return (gaps + detail.moments.map { it.atMs to words(it) }).sortedBy { it.first }.map { it.second }
    }

    private fun days(detail: RecordDetail): List<String> {
        var counted = 0
        return detail.days.map { day ->
            if (day.counts != Counts.Trigger && day.counts != Counts.Off) counted += 1
            val words = resources.getString(R.string.record_day, resources.day(day.epochDay), counts(day, counted))
            if (day.isSettled) words else resources.getString(R.string.record_day_unsettled, words)
        }
    }

    private fun counts(day: CountedDay, counted: Int): String =
        when (day.counts) {
            Counts.Trigger -> resources.getString(R.string.day_trigger)
            Counts.Working -> resources.getString(R.string.day_working, counted.toString())
            Counts.MakeUp -> resources.getString(R.string.day_make_up, counted.toString())
            Counts.Day -> resources.getString(R.string.day_each, counted.toString())
            Counts.Off -> resources.getString(R.string.day_off)
        }

    private fun receipt(safekeeping: Safekeeping): String =
        when (safekeeping) {
            is Safekeeping.OnPhone, is Safekeeping.Uploading -> resources.getString(R.string.receipt_none)
            is Safekeeping.Delivered -> {
                val receipt = safekeeping.receipt
                val onTime = when (receipt.onTime) {
                    OnTime.Yes -> R.string.receipt_on_time
                    OnTime.No -> R.string.receipt_late
                    OnTime.Undetermined -> R.string.receipt_undetermined
                }
                val words = when (receipt.by) {
                    StoredBy.Agency -> R.string.receipt_words
                    StoredBy.DesignatedStorage -> R.string.receipt_words_storage
                }
                resources.getString(words, receipt.number.toString(), resources.exact(receipt.storedAtMs), resources.getString(onTime))
            }
        }

    private fun words(check: Check): String =
        when (check) {
            Check.NotAsked -> resources.getString(R.string.check_not_asked)
            Check.Running -> resources.getString(R.string.check_running)
            is Check.Done -> when (val found = check.found) {
                is SelfCheck.Whole ->
                    if (found.vouched == 0L) resources.getString(R.string.check_whole, found.lines.toString())
                    else resources.getString(R.string.check_whole_vouched, found.lines.toString(), found.vouched.toString())
                is SelfCheck.Contradicts -> resources.getString(R.string.check_contradicts, found.files.toString(), found.codes.joinToString(" "))
                is SelfCheck.HoldsTo -> resources.getString(R.string.check_holds_to, found.line.toString())
            }
            is Check.NotDone -> resources.trouble(check.trouble)
        }
}
