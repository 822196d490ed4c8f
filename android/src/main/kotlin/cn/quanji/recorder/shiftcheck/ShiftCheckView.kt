package cn.quanji.recorder.shiftcheck

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.instant
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showEach
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.trouble
import cn.quanji.recorder.ui.words

/** Draws [ShiftCheckState]. */
class ShiftCheckView(context: Context, attributes: AttributeSet) : Page<ShiftCheckState, ShiftCheckEvent>(context, attributes) {
    override fun onFinishInflate() {
        super.onFinishInflate()
        press(R.id.again) { ShiftCheckEvent.Again }
        press(R.id.back_to_recording) { ShiftCheckEvent.BackToRecording }
    }

    override fun show(state: ShiftCheckState) {
        val shown = when (state) {
            is ShiftCheckState.Measuring -> state.earlier
            is ShiftCheckState.Shown -> state
            ShiftCheckState.Recording, is ShiftCheckState.Closed -> null
        }
        said(state)
        findViewById<ViewGroup>(R.id.lines).showEach(shown?.lines.orEmpty(), R.layout.shift_check_line, ::line)
        findViewById<View>(R.id.again).showIf(state is ShiftCheckState.Shown || state is ShiftCheckState.Closed)
        findViewById<View>(R.id.back_to_recording).showIf(state == ShiftCheckState.Recording)
    }

    private fun said(state: ShiftCheckState) {
        val (words, tone) = when (state) {
            is ShiftCheckState.Measuring -> resources.getString(R.string.shift_measuring) to Tone.Waiting
            is ShiftCheckState.Shown -> summary(state) to if (state.notes > 0) Tone.Owed else Tone.Waiting
            ShiftCheckState.Recording -> resources.getString(R.string.shift_recording) to Tone.Waiting
            is ShiftCheckState.Closed -> resources.trouble(state.trouble) to Tone.Owed
        }
        val said = text(R.id.said)
        // A live region speaks at each setting: only what changed is set.
        if (said.text.toString() != words) said.say(words, tone, if (state is ShiftCheckState.Shown && state.notes == 0) R.drawable.sign_done else tone.sign)
    }

    private fun summary(shown: ShiftCheckState.Shown): String {
        val at = resources.instant(shown.atMs, shown.nowMs)
        return if (shown.notes == 0) resources.getString(R.string.shift_well, at) else resources.getString(R.string.shift_notes, at, shown.notes.toString())
    }

    private fun line(view: View, line: CheckLine) {
        view.findViewById<TextView>(R.id.subject).setText(subject(line.subject))
        view.findViewById<TextView>(R.id.value).text = resources.value(line.value)
        val threshold = view.findViewById<TextView>(R.id.threshold)
        threshold.showIf(line.threshold != null)
        threshold.text = line.threshold?.let(resources::threshold)
        val note = view.findViewById<TextView>(R.id.note)
        note.showIf(line.note != null || line.value != CheckValue.NotMeasured)
        if (line.note == null) note.say(resources.getString(R.string.shift_ok), Tone.Waiting, R.drawable.sign_done) else note.say(resources.getString(words(line.note)), Tone.Owed)
        val help = view.findViewById<Button>(R.id.help)
        help.showIf(line.remedy != null)
        line.remedy?.let { remedy ->
            help.setText(remedy(remedy))
            help.setOnClickListener { onEvent(ShiftCheckEvent.Help(remedy)) }
        }
    }
}
