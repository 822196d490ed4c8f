package cn.quanji.recorder.licences

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.showEach
import cn.quanji.recorder.ui.showIf

/** Draws [LicencesState]: a line for each text, and the one that is read below its line. */
class LicencesView(context: Context, attributes: AttributeSet) : Page<LicencesState, LicencesEvent>(context, attributes) {
    override fun show(state: LicencesState) {
        text(R.id.loading).showIf(state.licences == null)
        findViewById<ViewGroup>(R.id.licences).showEach(state.licences.orEmpty().withIndex().toList(), R.layout.licence) { line, (place, licence) ->
            show(line, place, licence, isOpen = place == state.open)
        }
    }

    private fun show(line: View, place: Int, licence: Licence, isOpen: Boolean) {
        val names = line.findViewById<Button>(R.id.names)
        names.text = breakable("${named(licence.components)}\n${licence.name}")
        names.setOnClickListener { onEvent(LicencesEvent.Pressed(place)) }
        val components = line.findViewById<TextView>(R.id.components)
        components.showIf(isOpen && licence.components.size > NAMED)
        components.text = licence.components.joinToString("\n")
        val text = line.findViewById<TextView>(R.id.licence_text)
        text.showIf(isOpen)
        // A long text is laid out only where it is read.
        text.text = if (isOpen) licence.text else ""
    }

    private fun named(components: List<String>): String {
        val names = components.take(NAMED).joinToString("\n")
        return if (components.size > NAMED) resources.getString(R.string.licences_more, names, components.size.toString()) else names
    }

    /** Names of packages are long for large letters: they may break behind their own signs, and a version nowhere. */
    private fun breakable(names: String): String = names.replace(SIGNS, "$0\u200B")

    private companion object {
        val SIGNS = Regex("[_/-]")
        const val NAMED = 3
    }
}
