package cn.quanji.recorder.practice

import android.content.Context
import android.util.AttributeSet
import cn.quanji.recorder.R
import cn.quanji.recorder.ui.HoldBar
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.trouble

/** Draws [PracticeState]. */
class PracticeView(context: Context, attributes: AttributeSet) : Page<PracticeState, PracticeEvent>(context, attributes) {
    override fun onFinishInflate() {
        super.onFinishInflate()
        val bar = findViewById<HoldBar>(R.id.forget)
        bar.onDown = { onEvent(PracticeEvent.ForgetDown) }
        bar.onUp = { onEvent(PracticeEvent.ForgetUp) }
        bar.onHeldByTalkBack = { onEvent(PracticeEvent.ForgetOnPurpose) }
    }

    override fun show(state: PracticeState) {
        text(R.id.lead).setText(if (state.isOn) R.string.practice_on else R.string.practice_off)
        text(R.id.main).setText(if (state.isOn) R.string.practice_end else R.string.practice_begin)
        press(R.id.main) { if (state.isOn) PracticeEvent.End else PracticeEvent.Begin }
        findViewById<HoldBar>(R.id.forget).isEnabled = state.forgetting != Forgetting.Running
        val said = text(R.id.forgotten)
        said.showIf(state.forgetting != Forgetting.NotAsked)
        when (val forgetting = state.forgetting) {
            Forgetting.NotAsked -> Unit
            Forgetting.Running -> said.say(resources.getString(R.string.practice_forgetting), Tone.Waiting)
            Forgetting.Done -> said.say(resources.getString(R.string.practice_forgotten), Tone.Waiting, R.drawable.sign_done)
            is Forgetting.NotDone -> said.say(resources.trouble(forgetting.trouble), Tone.Owed)
        }
    }
}
