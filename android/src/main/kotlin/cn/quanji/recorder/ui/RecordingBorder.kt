package cn.quanji.recorder.ui

import android.animation.ValueAnimator
import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.util.AttributeSet
import android.widget.FrameLayout
import cn.quanji.recorder.R

/**
 * The honest light: a border that pulses while film reaches the disk, and stands still and grey the moment it does not.
 *
 * Of sound alone it is only a line at the bottom, of pictures alone only a line at the top, so that the three look different from two metres.
 */
class RecordingBorder(context: Context, attributes: AttributeSet) : FrameLayout(context, attributes) {
    enum class Arriving { Nothing, Both, PictureOnly, SoundOnly }

    private val thick = WIDTH_DP * resources.displayMetrics.density
    private val paint = Paint().apply { style = Paint.Style.FILL }
    private var color = R.color.waiting
    private var arriving = Arriving.Nothing
    private val pulse = ValueAnimator.ofFloat(1f, FAINTEST).apply {
        duration = HALF_PULSE_MS
        repeatMode = ValueAnimator.REVERSE
        repeatCount = ValueAnimator.INFINITE
        addUpdateListener { invalidate() }
    }

    init {
        setWillNotDraw(false)
    }

    /** [color] says what is made: a record, or practice. */
    fun show(now: Arriving, color: Int) {
        this.color = if (now == Arriving.Nothing) R.color.waiting else color
        if (now == Arriving.Nothing) pulse.cancel() else if (!pulse.isStarted && isAttachedToWindow) pulse.start()
        arriving = now
        invalidate()
    }

    override fun onAttachedToWindow() {
        super.onAttachedToWindow()
        if (arriving != Arriving.Nothing) pulse.start()
    }

    override fun onDetachedFromWindow() {
        pulse.cancel()
        super.onDetachedFromWindow()
    }

    override fun dispatchDraw(canvas: Canvas) {
        super.dispatchDraw(canvas)
        paint.color = context.getColor(color)
        // Where the person turned animations off, it is full and still; the time above it goes on.
        paint.alpha = (if (pulse.isRunning && ValueAnimator.areAnimatorsEnabled()) pulse.animatedValue as Float * OPAQUE else OPAQUE.toFloat()).toInt()
        val isPicture = arriving != Arriving.SoundOnly
        val isSound = arriving != Arriving.PictureOnly
        if (isPicture) canvas.drawRect(0f, 0f, width.toFloat(), thick, paint)
        if (isSound) canvas.drawRect(0f, height - thick, width.toFloat(), height.toFloat(), paint)
        if (isPicture && isSound) {
            canvas.drawRect(0f, thick, thick, height - thick, paint)
            canvas.drawRect(width - thick, thick, width.toFloat(), height - thick, paint)
        }
    }

    private companion object {
        const val WIDTH_DP = 6
        const val HALF_PULSE_MS = 1_200L
        const val FAINTEST = 0.45f
        const val OPAQUE = 255
    }
}
