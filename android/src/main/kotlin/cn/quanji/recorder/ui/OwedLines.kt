package cn.quanji.recorder.ui

import android.view.ViewGroup
import android.widget.Button
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.core.Owed

/** What is owed, each with its one button; without a button what can only stay noted. */
fun ViewGroup.showOwed(owed: List<Owed>, settle: (Owed) -> Unit) {
    showEach(owed, R.layout.owed_line) { line, one ->
        line.findViewById<TextView>(R.id.owed_words).say(resources.owed(one), Tone.Owed)
        val button = line.findViewById<Button>(R.id.settle)
        val act = act(one)
        button.showIf(act != null)
        if (act != null) button.setText(act)
        button.setOnClickListener { settle(one) }
    }
    showIf(owed.isNotEmpty())
}

private fun act(owed: Owed): Int? =
    when (owed) {
        Owed.Preflight -> null
        Owed.PlaceDescription -> R.string.settle_place
        Owed.OfficersDescription -> R.string.settle_officers
        Owed.SubjectDescription -> R.string.settle_party
        is Owed.Opening, is Owed.InterruptionReason, is Owed.WrittenStatement, Owed.FilmingNotice -> R.string.settle_statement
    }
