package cn.quanji.recorder.ui

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import kotlin.math.max

/**
 * Children of one width, side by side: as many in a row as fit without breaking a word, so that large letters make more rows and nothing is cut.
 */
class EvenGrid(context: Context, attributes: AttributeSet) : ViewGroup(context, attributes) {
    private val gap = (GAP_DP * resources.displayMetrics.density).toInt()

    override fun onMeasure(widthSpec: Int, heightSpec: Int) {
        val width = MeasureSpec.getSize(widthSpec)
        val shown = shown()
        val columns = columns(width, shown)
        val each = MeasureSpec.makeMeasureSpec(columnWidth(width, columns), MeasureSpec.EXACTLY)
        val free = MeasureSpec.makeMeasureSpec(0, MeasureSpec.UNSPECIFIED)
        val rows = shown.chunked(columns)
        for (row in rows) {
            row.forEach { it.measure(each, free) }
            val tallest = MeasureSpec.makeMeasureSpec(row.maxOf(View::getMeasuredHeight), MeasureSpec.EXACTLY)
            row.forEach { it.measure(each, tallest) }
        }
        setMeasuredDimension(width, rows.sumOf { it.first().measuredHeight } + gap * max(0, rows.size - 1))
    }

    override fun onLayout(changed: Boolean, left: Int, top: Int, right: Int, bottom: Int) {
        val shown = shown()
        val columns = columns(width, shown)
        var y = 0
        for (row in shown.chunked(columns)) {
            var x = 0
            for (child in row) {
                child.layout(x, y, x + child.measuredWidth, y + child.measuredHeight)
                x += child.measuredWidth + gap
            }
            y += row.first().measuredHeight + gap
        }
    }

    private fun shown() = (0 until childCount).map(::getChildAt).filter { it.visibility != GONE }

    private fun columns(width: Int, shown: List<View>): Int {
        val free = MeasureSpec.makeMeasureSpec(0, MeasureSpec.UNSPECIFIED)
        val widest = shown.maxOfOrNull { it.measure(free, free); it.measuredWidth } ?: 0
        // A row that is not full looks as if something were missing: 4 are shown as 4, 2 and 2, or 1 below the other.
        return (shown.size downTo 2).firstOrNull { shown.size % it == 0 && columnWidth(width, it) >= widest } ?: 1
    }

    private fun columnWidth(width: Int, columns: Int) = (width - gap * (columns - 1)) / columns

    private companion object {
        const val GAP_DP = 8
    }
}
