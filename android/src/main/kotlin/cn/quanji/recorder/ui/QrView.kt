package cn.quanji.recorder.ui

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.util.AttributeSet
import android.view.View
import cn.quanji.recorder.R
import cn.quanji.recorder.core.QrCode

/** A QR code as large as there is room, dark on light in any light, with the quiet zone that readers need. */
class QrView(context: Context, attributes: AttributeSet) : View(context, attributes) {
    private var code: QrCode? = null
    private val paint = Paint().apply { color = context.getColor(R.color.qr_module) }

    fun show(code: QrCode, words: String) {
        this.code = code
        contentDescription = words
        invalidate()
    }

    override fun onMeasure(widthSpec: Int, heightSpec: Int) {
        val width = MeasureSpec.getSize(widthSpec)
        setMeasuredDimension(width, width)
    }

    override fun onDraw(canvas: Canvas) {
        val code = code ?: return
        canvas.drawColor(context.getColor(R.color.qr_ground))
        // Whole pixels: a blurred edge costs reading distance.
        val module = width / (code.size + 2 * QUIET)
        val start = (width - module * code.size) / 2
        for (row in 0 until code.size) for (column in 0 until code.size) {
            if (!code.isDark(column, row)) continue
            val (x, y) = start + column * module to start + row * module
            canvas.drawRect(x.toFloat(), y.toFloat(), (x + module).toFloat(), (y + module).toFloat(), paint)
        }
    }

    private companion object {
        const val QUIET = 4
    }
}
