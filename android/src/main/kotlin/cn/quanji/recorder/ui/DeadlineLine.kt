package cn.quanji.recorder.ui

import android.content.Context
import android.content.res.ColorStateList
import android.util.AttributeSet
import android.widget.Button
import cn.quanji.recorder.R
import cn.quanji.recorder.core.Countdown
import cn.quanji.recorder.core.Deadline

/** The term as people say it, and by which text where that is not the regulation; a tap says it to the second, another one turns back. */
class DeadlineLine(context: Context, attributes: AttributeSet) : Button(context, attributes) {
    private var spoken = ""
    private var exact: String? = null
    private var rule: String? = null
    private var isExact = false

    init {
        setOnClickListener {
            isExact = !isExact
            draw()
        }
    }

    fun show(countdown: Countdown, nowMs: Long) {
        spoken = resources.countdown(countdown, nowMs)
        val deadline = deadline(countdown)
        exact = deadline?.let(resources::exactEnd)
        rule = deadline?.specialRule
        isClickable = exact != null
        val color = context.getColor(if (countdown is Countdown.Past) R.color.amber else R.color.text)
        setTextColor(color)
        compoundDrawableTintList = ColorStateList.valueOf(color)
        draw()
    }

    private fun draw() {
        val end = exact.takeIf { isExact } ?: spoken
        text = rule?.let { resources.getString(R.string.time_by_rule, end, it) } ?: end
    }

    private fun deadline(countdown: Countdown): Deadline? =
        when (countdown) {
            Countdown.NotBegun -> null
            is Countdown.Running -> countdown.deadline
            is Countdown.Past -> countdown.deadline
            is Countdown.WaitingForReturn -> countdown.ordinary
        }
}
