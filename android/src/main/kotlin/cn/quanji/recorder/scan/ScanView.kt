package cn.quanji.recorder.scan

import android.content.Context
import android.util.AttributeSet
import android.view.View
import cn.quanji.recorder.R
import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showIf

/** Draws [ScanState]. */
class ScanView(context: Context, attributes: AttributeSet) : Page<ScanState, ScanEvent>(context, attributes) {
    override fun onFinishInflate() {
        super.onFinishInflate()
        val pane = findViewById<FinderPane>(R.id.pane)
        pane.onCame = { onEvent(ScanEvent.PaneCame(it)) }
        pane.onWent = { onEvent(ScanEvent.PaneWent) }
        press(R.id.open_settings) { ScanEvent.SettingsAsked }
        press(R.id.type_instead) { ScanEvent.TypeInstead }
    }

    override fun show(state: ScanState) {
        val words = Words.of(state.wanted)
        text(R.id.lead).setText(words.lead)
        val fault = fault(state.sight, words)
        val said = text(R.id.fault)
        said.showIf(fault != null)
        val sentence = fault?.let(resources::getString)
        // A live region speaks at each setting: only what changed is set.
        if (sentence != null && said.text.toString() != sentence) said.say(sentence, Tone.Owed)
        // Gone it would lose its texture, and with it the camera that has just been opened on it.
        findViewById<View>(R.id.pane).visibility = if (state.sight is Sight.Looking || state.sight == Sight.Opening) View.VISIBLE else View.INVISIBLE
        findViewById<View>(R.id.open_settings).showIf(state.sight == Sight.NotPermitted)
        findViewById<View>(R.id.type_instead).showIf(words.canBeTyped)
    }

    private fun fault(sight: Sight, words: Words): Int? =
        when (sight) {
            Sight.Opening -> null
            is Sight.Looking -> if (sight.sawAnother) words.another else null
            Sight.NotPermitted -> words.notPermitted
            Sight.NoCamera -> words.noCamera
            Sight.Recording -> R.string.scan_recording
        }

    /** What is said of each kind of code. */
    private class Words(val lead: Int, val another: Int, val notPermitted: Int, val noCamera: Int, val canBeTyped: Boolean) {
        companion object {
            fun of(wanted: CodeWanted): Words =
                when (wanted) {
                    CodeWanted.Invitation ->
                        Words(R.string.scan_lead_invitation, R.string.scan_another_invitation, R.string.scan_not_permitted_invitation, R.string.scan_no_camera_invitation, canBeTyped = true)
                    CodeWanted.Activity ->
                        Words(R.string.scan_lead_activity, R.string.scan_another_activity, R.string.scan_not_permitted_activity, R.string.scan_no_camera_activity, canBeTyped = false)
                    CodeWanted.Dock ->
                        Words(R.string.scan_lead_dock, R.string.scan_another_dock, R.string.scan_not_permitted_dock, R.string.scan_no_camera_dock, canBeTyped = true)
                }
        }
    }
}
