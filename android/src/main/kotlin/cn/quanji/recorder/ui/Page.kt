package cn.quanji.recorder.ui

import android.content.Context
import android.util.AttributeSet
import android.view.Gravity
import android.view.View
import android.widget.ImageButton
import android.widget.LinearLayout
import android.widget.TextView
import cn.quanji.recorder.R

/** A page: it draws states and sends events, and decides nothing. */
abstract class Page<State, Event>(context: Context, attributes: AttributeSet) : LinearLayout(context, attributes) {
    lateinit var onEvent: (Event) -> Unit

    abstract fun show(state: State)

    fun onBack(back: () -> Unit) {
        findViewById<PageHeader>(R.id.header)?.onBack(back)
    }

    protected fun text(id: Int): TextView = findViewById(id)

    protected fun press(id: Int, event: () -> Event) = findViewById<View>(id).setOnClickListener { onEvent(event()) }
}

/** The way back, and where one is. */
class PageHeader(context: Context, attributes: AttributeSet) : LinearLayout(context, attributes) {
    init {
        orientation = HORIZONTAL
        gravity = Gravity.CENTER_VERTICAL
        inflate(context, R.layout.header_parts, this)
        val title = context.obtainStyledAttributes(attributes, intArrayOf(android.R.attr.title))
        findViewById<TextView>(R.id.page_title).text = title.getText(0)
        title.recycle()
    }

    fun onBack(back: () -> Unit) = findViewById<ImageButton>(R.id.back).setOnClickListener { back() }
}
