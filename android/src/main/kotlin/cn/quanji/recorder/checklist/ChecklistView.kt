package cn.quanji.recorder.checklist

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import android.widget.RadioButton
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.core.ChecklistItem
import cn.quanji.recorder.core.ChecklistState as Stands
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.checked
import cn.quanji.recorder.ui.content
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showEach
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.trouble

/** Draws [ChecklistState]: seven items, and three words for each. */
class ChecklistView(context: Context, attributes: AttributeSet) : Page<ChecklistState, ChecklistEvent>(context, attributes) {
    override fun show(state: ChecklistState) {
        text(R.id.trouble).showIf(state.trouble != null)
        if (state.trouble != null) text(R.id.trouble).say(resources.trouble(state.trouble), Tone.Owed)
        findViewById<ViewGroup>(R.id.items).showEach(state.items, R.layout.checklist_item) { line, item -> item(line, item) }
    }

    private fun item(line: View, item: ChecklistItem) {
        val words = resources.content(item.item)
        line.findViewById<TextView>(R.id.item).text = words
        line.findViewById<ViewGroup>(R.id.states).showEach(Stands.entries, R.layout.checklist_state) { button, stands ->
            val state = button as RadioButton
            state.text = resources.checked(stands)
            state.contentDescription = resources.getString(R.string.checklist_one, words, resources.checked(stands))
            state.isChecked = stands == item.state
            // It stands or it does not: nothing grows into it.
            state.jumpDrawablesToCurrentState()
            state.setOnClickListener { onEvent(ChecklistEvent.Chosen(item.item, stands)) }
        }
    }
}
