package cn.quanji.recorder.recording

import android.content.Context
import android.graphics.Bitmap
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.ImageView
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.core.CheckNote
import cn.quanji.recorder.core.OpeningElement
import cn.quanji.recorder.core.Speech
import cn.quanji.recorder.ui.HoldBar
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.RecordingBorder
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.element
import cn.quanji.recorder.ui.runningClock
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showEach
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.trouble

/** Draws [RecordingPageState]: state above, acts below, and between them the one thing that is asked now. */
class RecordingView(context: Context, attributes: AttributeSet) : Page<RecordingPageState, RecordingPageEvent>(context, attributes) {
    private val border by lazy { findViewById<RecordingBorder>(R.id.border) }
    private val tiles = listOf(R.id.photo, R.id.mark, R.id.filming, R.id.more)

    override fun onFinishInflate() {
        super.onFinishInflate()
        tell(R.id.photo, RecordingEvent.Photo)
        tell(R.id.mark, RecordingEvent.Mark)
        press(R.id.filming) { RecordingPageEvent.PanelOpened(Panel.Filming) }
        press(R.id.more) { RecordingPageEvent.PanelOpened(Panel.More) }
        tell(R.id.take_back, RecordingEvent.TakeStopBack)
        press(R.id.leave) { RecordingPageEvent.Left }
        hold(R.id.unlock, RecordingEvent.HoldDown, RecordingEvent.HoldUp, RecordingEvent.UnlockOnPurpose)
        hold(R.id.stop, RecordingEvent.StopDown, RecordingEvent.StopUp, RecordingEvent.StopOnPurpose)
    }

    override fun show(state: RecordingPageState) {
        when (val recording = state.recording) {
            // The process was ended and came back: what was recorded stands, and the first page shows it.
            RecordingState.Idle -> quiet(resources.getString(R.string.recording_idle), Tone.Waiting, mayLeave = true)
            RecordingState.Starting, is RecordingState.Ended -> quiet(resources.getString(R.string.recording_starting), Tone.Waiting, mayLeave = false)
            is RecordingState.NotBegun -> quiet(resources.trouble(recording.trouble), Tone.Owed, mayLeave = true)
            is RecordingState.Broken -> quiet(resources.getString(R.string.recording_broken, resources.trouble(recording.trouble)), Tone.Owed, mayLeave = true)
            is RecordingState.Running -> running(recording, state)
        }
    }

    /** Nothing runs: one sentence, and the way out. */
    private fun quiet(words: String, tone: Tone, mayLeave: Boolean) {
        border.show(RecordingBorder.Arriving.Nothing, R.color.waiting)
        text(R.id.arriving).say(words, tone)
        val running = listOf(R.id.elapsed, R.id.left, R.id.confirmed, R.id.quality, R.id.preview, R.id.asked, R.id.elements, R.id.lines, R.id.answers, R.id.rest, R.id.acts, R.id.unlock, R.id.stop, R.id.take_back)
        running.forEach { findViewById<View>(it).showIf(false) }
        findViewById<View>(R.id.leave).showIf(mayLeave)
    }

    private fun running(running: RecordingState.Running, page: RecordingPageState) {
        val tone = if (page.isPractice) Tone.Practice else Tone.Recording
        border.show(running.arriving.asLight(), if (page.isPractice) R.color.practice else R.color.start)
        val arriving = resources.arriving(running)
        // A live region speaks at each setting: only what changed is set.
        if (text(R.id.arriving).text.toString() != arriving) text(R.id.arriving).say(arriving, arrivingTone(running, tone), running.arriving.sign())
        text(R.id.elapsed).showIf(true)
        text(R.id.elapsed).text = runningClock(running.elapsedMs)
        text(R.id.left).showIf(true)
        text(R.id.left).text = resources.standing(running)
        confirmed(running)
        quality(running)
        preview(page.preview)
        ask(asked(running, page.panel))
        text(R.id.rest).showIf(running.owed.isNotEmpty())
        text(R.id.rest).text = resources.getString(R.string.recording_rest, running.owed.size.toString())
        touch(running.touch)
    }

    private fun preview(preview: Preview) {
        val image = findViewById<ImageView>(R.id.preview)
        image.showIf(preview is Preview.On)
        val glimpse = (preview as? Preview.On)?.glimpse
        if (glimpse == null) return image.setImageDrawable(null)
        image.setImageBitmap(Bitmap.createBitmap(glimpse.upright(), glimpse.uprightWidth, glimpse.uprightHeight, Bitmap.Config.ARGB_8888))
    }

    private fun confirmed(running: RecordingState.Running) {
        val tag = text(R.id.confirmed)
        val confirmed = running.confirmed
        tag.showIf(confirmed != null || running.notes.isNotEmpty())
        if (confirmed == null) return notes(running.notes)
        val words = resources.confirmed(confirmed, running.heard)
        val isHeard = running.heard == null || running.heard == Speech.Detected
        if (tag.text.toString() != words) tag.say(words, if (isHeard) Tone.Safe else Tone.Owed, if (isHeard) R.drawable.sign_done else Tone.Owed.sign)
    }

    private fun notes(notes: List<CheckNote>) {
        if (notes.isEmpty()) return
        val words = resources.notes(notes)
        if (text(R.id.confirmed).text.toString() != words) text(R.id.confirmed).say(words, Tone.Owed)
    }

    private fun quality(running: RecordingState.Running) {
        val words = resources.quality(running.quality, running.limit)
        text(R.id.quality).showIf(words != null)
        if (words != null && text(R.id.quality).text.toString() != words) text(R.id.quality).say(words, Tone.Owed)
    }

    /** What is asked now: a panel that was opened, then the reason of an interruption, then those who film, then the opening. */
    private fun asked(running: RecordingState.Running, panel: Panel): Question? =
        when (panel) {
            Panel.Stages -> Question.stages(running.stage)
            Panel.Filming -> Question.filming(running)
            Panel.More -> Question.more()
            Panel.Phrases -> Question.phrases(running)
            Panel.Secrecy -> Question.secrecy(running)
            Panel.Obstruction -> Question.obstruction()
            Panel.None -> when {
                running.reasonAskedFor != null -> Question.reason(running, running.reasonAskedFor)
                running.isSomeoneFilming -> Question.filming(running)
                else -> Question.opening(running)
            }
        }

    private fun ask(question: Question?) {
        for (part in listOf(R.id.asked, R.id.elements, R.id.lines, R.id.answers)) findViewById<View>(part).showIf(question != null)
        if (question == null) return
        val asked = text(R.id.asked)
        val words = resources.getString(question.words)
        if (asked.text.toString() != words) asked.text = words
        val elements = findViewById<ViewGroup>(R.id.elements)
        elements.showIf(question.said.isNotEmpty())
        elements.showEach(question.said, R.layout.tag) { tag, element -> said(tag as TextView, element) }
        val lines = findViewById<ViewGroup>(R.id.lines)
        lines.showIf(question.lines.isNotEmpty())
        lines.showEach(question.lines, R.layout.line) { line, one ->
            if ((line as TextView).text.toString() != one.text) line.text = one.text
            line.setOnClickListener { onEvent(RecordingPageEvent.Told(one.event)) }
        }
        val answers = findViewById<ViewGroup>(R.id.answers)
        answers.showIf(question.answers.isNotEmpty())
        answers.showEach(question.answers, R.layout.answer) { button, answer ->
            (button as Button).setText(answer.words)
            button.setOnClickListener { onEvent(answer.event) }
        }
        order(answers, asked, lines, question.answersStand)
    }

    /** TalkBack reads in the order of the children, so that they themselves change places; where they stand right, nothing is touched. */
    private fun order(answers: View, asked: View, lines: View, stand: Question.AnswersStand) {
        val column = answers.parent as ViewGroup
        val others = (0 until column.childCount).map(column::getChildAt) - answers
        val place = when (stand) {
            Question.AnswersStand.First -> others.indexOf(asked)
            Question.AnswersStand.AboveLines -> others.indexOf(lines)
            Question.AnswersStand.BelowLines -> others.indexOf(lines) + 1
        }
        if (column.indexOfChild(answers) == place) return
        column.removeView(answers)
        column.addView(answers, place)
    }

    private fun said(tag: TextView, element: OpeningElement) {
        tag.say(resources.element(element), Tone.Safe, R.drawable.sign_done)
        tag.contentDescription = resources.getString(R.string.element_said, resources.element(element))
    }

    private fun touch(touch: Touch) {
        val isUnlocked = touch == Touch.Unlocked
        // What cannot be pressed makes room for what is read.
        val isReading = touch == Touch.Locked && findViewById<View>(R.id.lines).visibility == View.VISIBLE
        findViewById<View>(R.id.acts).showIf(touch !is Touch.Stopping && !isReading)
        if (isReading) findViewById<View>(R.id.answers).showIf(false)
        tiles.forEach { findViewById<View>(it).isEnabled = isUnlocked }
        val answers = findViewById<ViewGroup>(R.id.answers)
        (0 until answers.childCount).forEach { answers.getChildAt(it).isEnabled = isUnlocked }
        // Read from as before: only the press is locked.
        val lines = findViewById<ViewGroup>(R.id.lines)
        (0 until lines.childCount).forEach { lines.getChildAt(it).isClickable = isUnlocked }
        findViewById<View>(R.id.unlock).showIf(touch == Touch.Locked)
        findViewById<View>(R.id.stop).showIf(isUnlocked)
        val takeBack = text(R.id.take_back)
        takeBack.showIf(touch is Touch.Stopping)
        if (touch is Touch.Stopping) takeBack.text = resources.getString(R.string.recording_take_back, touch.seconds.toString())
        findViewById<View>(R.id.leave).showIf(false)
    }

    private fun tell(id: Int, event: RecordingEvent) = press(id) { RecordingPageEvent.Told(event) }

    private fun hold(id: Int, down: RecordingEvent, up: RecordingEvent, onPurpose: RecordingEvent) {
        val bar = findViewById<HoldBar>(id)
        bar.onDown = { onEvent(RecordingPageEvent.Told(down)) }
        bar.onUp = { onEvent(RecordingPageEvent.Told(up)) }
        bar.onHeldByTalkBack = { onEvent(RecordingPageEvent.Told(onPurpose)) }
    }
}
