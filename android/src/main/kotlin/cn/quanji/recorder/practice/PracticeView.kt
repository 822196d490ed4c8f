package cn.quanji.recorder.practice

import android.content.Context
import android.util.AttributeSet
import cn.quanji.recorder.R
import cn.quanji.recorder.ui.Page

/** Draws [PracticeState]. */
class PracticeView(context: Context, attributes: AttributeSet) : Page<PracticeState, PracticeEvent>(context, attributes) {
    override fun show(state: PracticeState) {
        text(R.id.lead).setText(if (state.isOn) R.string.practice_on else R.string.practice_off)
        text(R.id.main).setText(if (state.isOn) R.string.practice_end else R.string.practice_begin)
        press(R.id.main) { if (state.isOn) PracticeEvent.End else PracticeEvent.Begin }
    }
}
