package cn.quanji.recorder.officers

import android.content.Context
import android.util.AttributeSet
import android.view.ViewGroup
import android.widget.Button
import android.widget.EditText
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.onTyped
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showEach
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.showText

/** Draws [OfficersState]. */
class OfficersView(context: Context, attributes: AttributeSet) : Page<OfficersState, OfficersEvent>(context, attributes) {
    override fun onFinishInflate() {
        super.onFinishInflate()
        findViewById<EditText>(R.id.name).onTyped { onEvent(OfficersEvent.NameTyped(it)) }
        findViewById<EditText>(R.id.certificate).onTyped { onEvent(OfficersEvent.CertificateTyped(it)) }
        press(R.id.add) { OfficersEvent.Add }
    }

    override fun show(state: OfficersState) {
        findViewById<EditText>(R.id.name).showText(state.name)
        findViewById<EditText>(R.id.certificate).showText(state.certificate)
        text(R.id.add).isEnabled = state.isWritten
        text(R.id.trouble).showIf(state.isNotKept)
        if (state.isNotKept) text(R.id.trouble).say(resources.getString(R.string.officers_not_kept), Tone.Owed)
        findViewById<ViewGroup>(R.id.officers).showEach(state.officers, R.layout.officer) { line, officer ->
            val words = resources.getString(R.string.officers_one, officer.name, officer.certificate)
            line.findViewById<TextView>(R.id.officer).text = words
            val remove = line.findViewById<Button>(R.id.remove)
            remove.contentDescription = resources.getString(R.string.officers_remove_one, words)
            remove.setOnClickListener { onEvent(OfficersEvent.Remove(officer)) }
        }
    }
}
