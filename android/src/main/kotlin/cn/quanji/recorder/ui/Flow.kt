package cn.quanji.recorder.ui

import android.content.Context
import android.util.AttributeSet
import android.view.ViewGroup
import kotlin.math.max
import kotlin.math.min

/** Children one after the other, in lines, as words in a text. */
class Flow(context: Context, attributes: AttributeSet) : ViewGroup(context, attributes) {
    private val gap = (GAP_DP * resources.displayMetrics.density).toInt()

    override fun onMeasure(widthSpec: Int, heightSpec: Int) {
        val width = MeasureSpec.getSize(widthSpec)
        setMeasuredDimension(width, place(width) { _, _, _ -> })
    }

    override fun onLayout(changed: Boolean, left: Int, top: Int, right: Int, bottom: Int) {
        place(width) { index, x, y ->
            val child = getChildAt(index)
            child.layout(x, y, x + child.measuredWidth, y + child.measuredHeight)
        }
    }

    /** Says of each child where it stands, and returns the height of all. */
    private fun place(width: Int, at: (index: Int, x: Int, y: Int) -> Unit): Int {
        val within = MeasureSpec.makeMeasureSpec(width, MeasureSpec.AT_MOST)
        val free = MeasureSpec.makeMeasureSpec(0, MeasureSpec.UNSPECIFIED)
        var x = 0
        var y = 0
        var lineHeight = 0
        for (index in 0 until childCount) {
            val child = getChildAt(index)
            if (child.visibility == GONE) continue
            child.measure(getChildMeasureSpec(within, 0, child.layoutParams.width), free)
            if (x > 0 && x + min(child.measuredWidth, width) > width) {
                x = 0
                y += lineHeight + gap
                lineHeight = 0
            }
            at(index, x, y)
            x += child.measuredWidth + gap
            lineHeight = max(lineHeight, child.measuredHeight)
        }
        return y + lineHeight
    }

    private companion object {
        const val GAP_DP = 8
    }
}
