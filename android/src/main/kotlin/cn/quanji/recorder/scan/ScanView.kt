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
        val isInvitation = state.wanted == CodeWanted.Invitation
        text(R.id.lead).setText(if (isInvitation) R.string.scan_lead_invitation else R.string.scan_lead_activity)
        val fault = fault(state.sight, isInvitation)
        val said = text(R.id.fault)
        said.showIf(fault != null)
        val words = fault?.let(resources::getString)
        // A live region speaks at each setting: only what changed is set.
        if (words != null && said.text.toString() != words) said.say(words, Tone.Owed)
        // Gone it would lose its texture, and with it the camera that has just been opened on it.
        findViewById<View>(R.id.pane).visibility = if (state.sight is Sight.Looking || state.sight == Sight.Opening) View.VISIBLE else View.INVISIBLE
        findViewById<View>(R.id.open_settings).showIf(state.sight == Sight.NotPermitted)
        findViewById<View>(R.id.type_instead).showIf(isInvitation)
    }

    private fun fault(sight: Sight, isInvitation: Boolean): Int? =
        when (sight) {
            Sight.Opening -> null
            is Sight.Looking -> if (!sight.sawAnother) null else if (isInvitation) R.string.scan_another_invitation else R.string.scan_another_activity
            Sight.NotPermitted -> if (isInvitation) R.string.scan_not_permitted_invitation else R.string.scan_not_permitted_activity
            Sight.NoCamera -> if (isInvitation) R.string.scan_no_camera_invitation else R.string.scan_no_camera_activity
            Sight.Recording -> R.string.scan_recording
        }
}
