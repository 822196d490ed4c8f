package cn.quanji.recorder.ui

import android.text.Editable
import android.text.TextWatcher
import android.widget.EditText

/** Tells of each change by the person, and of what Android restored. */
fun EditText.onTyped(typed: (String) -> Unit) {
    addTextChangedListener(object : TextWatcher {
        override fun beforeTextChanged(text: CharSequence, start: Int, count: Int, after: Int) = Unit

        override fun onTextChanged(text: CharSequence, start: Int, before: Int, count: Int) = Unit

        override fun afterTextChanged(text: Editable) = typed(text.toString())
    })
}

/** Shows [text] where it is another one: the cursor stays where the person has it. */
fun EditText.showText(text: String) {
    if (this.text.toString() != text) setText(text)
}
