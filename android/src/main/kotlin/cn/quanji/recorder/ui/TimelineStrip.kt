package cn.quanji.recorder.ui

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.Path
import android.util.AttributeSet
import android.view.View
import cn.quanji.recorder.R
import cn.quanji.recorder.core.Timeline
import kotlin.math.max

/**
 * A record from its beginning to its end: takes filled, gaps hatched, a line at each chapter, a mark above for each photo.
 */
class TimelineStrip(context: Context, attributes: AttributeSet) : View(context, attributes) {
    private var timeline = Timeline(0, emptyList(), emptyList(), emptyList(), emptyList())
    private val density = resources.displayMetrics.density
    private val fill = Paint(Paint.ANTI_ALIAS_FLAG)
    private val stroke = Paint(Paint.ANTI_ALIAS_FLAG).apply { style = Paint.Style.STROKE; strokeWidth = 2 * density }
    private val shape = Path()

    fun show(timeline: Timeline, words: String) {
        this.timeline = timeline
        contentDescription = words
        invalidate()
    }

    override fun onDraw(canvas: Canvas) {
        if (timeline.lengthMs == 0L) return
        val top = PHOTO_ROOM_DP * density
        fill.color = context.getColor(R.color.press)
        for (take in timeline.takes) canvas.drawRect(x(take.fromMs), top, max(x(take.toMs), x(take.fromMs) + density), height.toFloat(), fill)
        stroke.color = context.getColor(R.color.amber)
        for (gap in timeline.gaps) hatch(canvas, x(gap.span.fromMs), x(gap.span.toMs), top)
        stroke.color = context.getColor(R.color.on_press)
        for (chapter in timeline.chapters) canvas.drawLine(x(chapter.atMs), top, x(chapter.atMs), height.toFloat(), stroke)
        fill.color = context.getColor(R.color.text)
        for (photo in timeline.photosMs) photo(canvas, x(photo), top)
    }

    /** A short gap is as wide as its outline: it is seen all the same. */
    private fun hatch(canvas: Canvas, left: Float, right: Float, top: Float) {
        val end = max(right, left + LEAST_GAP_DP * density)
        fill.color = context.getColor(R.color.page)
        canvas.drawRect(left, top, end, height.toFloat(), fill)
        canvas.save()
        canvas.clipRect(left, top, end, height.toFloat())
        var x = left - height
        while (x < end) {
            canvas.drawLine(x, height.toFloat(), x + height, 0f, stroke)
            x += HATCH_DP * density
        }
        canvas.restore()
        canvas.drawRect(left + density, top + density, end - density, height - density, stroke)
    }

    private fun photo(canvas: Canvas, x: Float, top: Float) {
        val half = PHOTO_ROOM_DP / 2 * density
        shape.reset()
        shape.moveTo(x - half, 0f)
        shape.lineTo(x + half, 0f)
        shape.lineTo(x, top - density)
        shape.close()
        canvas.drawPath(shape, fill)
    }

    private fun x(ms: Long): Float = ms.toFloat() / timeline.lengthMs * width

    private companion object {
        const val PHOTO_ROOM_DP = 12f
        const val LEAST_GAP_DP = 6
        const val HATCH_DP = 7
    }
}
