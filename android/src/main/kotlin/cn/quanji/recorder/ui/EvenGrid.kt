package cn.quanji.recorder.ui

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import kotlin.math.ceil
import kotlin.math.max

/**
 * Children side by side, as many in a row as fit without breaking a word: large letters make more rows, and nothing is cut. A last row that is
 * not full is as wide as the others.
 */
class EvenGrid(context: Context, attributes: AttributeSet) : ViewGroup(context, attributes) {
    private val gap = (GAP_DP * resources.displayMetrics.density).toInt()
    private var rows = emptyList<List<View>>()

    override fun onMeasure(widthSpec: Int, heightSpec: Int) {
        val width = MeasureSpec.getSize(widthSpec)
        val shown = (0 until childCount).map(::getChildAt).filter { it.visibility != GONE }
        rows = shown.chunked(columns(width, shown))
        for (row in rows) {
            val each = MeasureSpec.makeMeasureSpec(share(width, row.size), MeasureSpec.EXACTLY)
            row.forEach { it.measure(each, FREE) }
            val tallest = MeasureSpec.makeMeasureSpec(row.maxOf(View::getMeasuredHeight), MeasureSpec.EXACTLY)
            row.forEach { it.measure(each, tallest) }
        }
        setMeasuredDimension(width, rows.sumOf { it.first().measuredHeight } + gap * max(0, rows.size - 1))
    }

    override fun onLayout(changed: Boolean, left: Int, top: Int, right: Int, bottom: Int) {
        var y = 0
        for (row in rows) {
            var x = 0
            for (child in row) {
                child.layout(x, y, x + child.measuredWidth, y + child.measuredHeight)
                x += child.measuredWidth + gap
            }
            y += row.first().measuredHeight + gap
        }
    }

    /** Rows that are all full look as if nothing were missing; two in a row are always better than one below the other. */
    private fun columns(width: Int, shown: List<View>): Int {
        val least = shown.maxOfOrNull(::leastWidth) ?: 0
        return (shown.size downTo 2).firstOrNull { (shown.size % it == 0 || it == 2) && share(width, it) >= least } ?: 1
    }

    private fun leastWidth(child: View): Int {
        val words = (child as? TextView)?.text?.split(' ') ?: return child.minimumWidth
        val longest = words.maxOf { ceil(child.paint.measureText(it)).toInt() }
        return max(child.minimumWidth, longest + child.compoundPaddingLeft + child.compoundPaddingRight)
    }

    private fun share(width: Int, columns: Int) = (width - gap * (columns - 1)) / columns

    private companion object {
        const val GAP_DP = 8
        val FREE = MeasureSpec.makeMeasureSpec(0, MeasureSpec.UNSPECIFIED)
    }
}
