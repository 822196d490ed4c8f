package cn.quanji.recorder.ui

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.Canvas
import android.os.SystemClock
import android.util.AttributeSet
import android.view.MotionEvent
import android.widget.Button
import cn.quanji.recorder.R
import kotlin.math.min

/**
 * To be held, not pressed: rain, cloth and a hand that slips let go before [HOLD_MS] are over.
 *
 * It only tells of finger down and up, and shows how long it has been held; the core counts. TalkBack's double tap is deliberate and no wet glass
 * makes it: it counts as a hold.
 */
class HoldBar(context: Context, attributes: AttributeSet) : Button(context, attributes) {
    var onDown: () -> Unit = {}
    var onUp: () -> Unit = {}
    var onHeldByTalkBack: () -> Unit = {}

    private var downAtMs: Long? = null
    private val filled = context.getDrawable(R.drawable.hold_filled)!!

    init {
        setOnClickListener { onHeldByTalkBack() }
    }

    @SuppressLint("ClickableViewAccessibility")
    override fun onTouchEvent(event: MotionEvent): Boolean {
        when (event.actionMasked) {
            MotionEvent.ACTION_DOWN -> {
                downAtMs = SystemClock.uptimeMillis()
                onDown()
            }
            MotionEvent.ACTION_UP, MotionEvent.ACTION_CANCEL -> letGo()
            // Two fingers or a palm are no hold.
            MotionEvent.ACTION_POINTER_DOWN -> letGo()
        }
        invalidate()
        return true
    }

    private fun letGo() {
        if (downAtMs == null) return
        downAtMs = null
        onUp()
    }

    override fun onDraw(canvas: Canvas) {
        downAtMs?.let { since ->
            val part = min(1f, (SystemClock.uptimeMillis() - since) / HOLD_MS.toFloat())
            filled.setBounds(0, 0, (width * part).toInt(), height)
            filled.draw(canvas)
            if (part < 1f) postInvalidateOnAnimation()
        }
        super.onDraw(canvas)
    }

    private companion object {
        const val HOLD_MS = 2_000
    }
}
