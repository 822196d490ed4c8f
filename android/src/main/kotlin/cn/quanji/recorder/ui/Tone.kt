package cn.quanji.recorder.ui

import android.content.res.ColorStateList
import android.widget.TextView
import cn.quanji.recorder.R

/** A state as a person sees it: one colour, and always a shape beside the word. */
enum class Tone(val color: Int, val ground: Int, val sign: Int) {
    /** Film is being made now. */
    Recording(R.color.recording, R.drawable.ground_recording, R.drawable.sign_record),

    /** Something is owed, or a promise cannot be given. */
    Owed(R.color.amber, R.drawable.ground_amber, R.drawable.sign_owed),

    /** Safe at the agency. */
    Safe(R.color.safe, R.drawable.ground_safe, R.drawable.sign_safe),

    /** It waits, and the word says for what. */
    Waiting(R.color.waiting, R.drawable.ground_waiting, R.drawable.sign_waiting),

    /** Nothing of it is a record. */
    Practice(R.color.practice, R.drawable.ground_practice, R.drawable.sign_practice),
}

/** Says [words] in [tone]. [sign] replaces the tone's own shape where the word has a better one. */
fun TextView.say(words: CharSequence, tone: Tone, sign: Int = tone.sign) {
    val color = context.getColor(tone.color)
    text = words
    setTextColor(color)
    setBackgroundResource(tone.ground)
    setCompoundDrawablesRelativeWithIntrinsicBounds(sign, 0, 0, 0)
    compoundDrawableTintList = ColorStateList.valueOf(color)
}
