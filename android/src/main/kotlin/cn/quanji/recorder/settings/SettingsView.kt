package cn.quanji.recorder.settings

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.widget.Switch
import cn.quanji.recorder.R
import cn.quanji.recorder.core.Choices
import cn.quanji.recorder.core.Step
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showIf

/** Draws [SettingsState]. */
class SettingsView(context: Context, attributes: AttributeSet) : Page<SettingsState, SettingsEvent>(context, attributes) {
    override fun onFinishInflate() {
        super.onFinishInflate()
        press(R.id.stay_awake) { SettingsEvent.StayAwake }
        press(R.id.makers_list) { SettingsEvent.MakersList }
        press(R.id.enrolment) { SettingsEvent.Enrolment }
        press(R.id.practice) { SettingsEvent.Practice }
        press(R.id.about) { SettingsEvent.About }
    }

    override fun show(state: SettingsState) {
        text(R.id.sleep).showIf(state.mayBePutToSleep)
        text(R.id.sleep).say(resources.getString(R.string.settings_sleep), Tone.Owed)
        findViewById<View>(R.id.stay_awake).showIf(state.mayBePutToSleep)
        findViewById<View>(R.id.makers_list).showIf(state.hasMakersList)
        val choices = state.choices
        choice(R.id.full_hd, choices.isFullHd, state.agency.best?.let { it == Step.FullHd }) { choices.copy(isFullHd = it) }
        choice(R.id.hevc, choices.isHevc, state.agency.isHevc) { choices.copy(isHevc = it) }
        text(R.id.of_agency).showIf(state.agency.best != null || state.agency.isHevc != null)
        choice(R.id.speaks, choices.speaks) { choices.copy(speaks = it) }
        choice(R.id.vibrates, choices.vibrates) { choices.copy(vibrates = it) }
        choice(R.id.light, choices.isRecordingLight) { choices.copy(isRecordingLight = it) }
    }

    /** What the agency decides is shown as it decided, and nobody's choice here. */
    private fun choice(id: Int, isOn: Boolean, ofAgency: Boolean? = null, chosen: (Boolean) -> Choices) {
        val switch = findViewById<Switch>(id)
        // What is shown from outside is nobody's choice.
        switch.setOnCheckedChangeListener(null)
        switch.isChecked = ofAgency ?: isOn
        switch.isEnabled = ofAgency == null
        switch.setOnCheckedChangeListener { _, now -> onEvent(SettingsEvent.Choose(chosen(now))) }
    }
}
