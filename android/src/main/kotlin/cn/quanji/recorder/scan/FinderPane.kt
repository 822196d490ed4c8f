package cn.quanji.recorder.scan

import android.content.Context
import android.graphics.Matrix
import android.util.AttributeSet
import android.view.Surface
import cn.quanji.recorder.ui.PaneView
import kotlin.math.max

/** The camera's picture, its middle filling the pane: 16:9, and upright in a phone that is held upright. */
class FinderPane(context: Context, attributes: AttributeSet) : PaneView(context, attributes) {
    override fun laid(width: Float, height: Float): Matrix {
        val turns = when (display?.rotation) {
            Surface.ROTATION_90 -> 270f
            Surface.ROTATION_180 -> 180f
            Surface.ROTATION_270 -> 90f
            else -> 0f
        }
        val scale = max(width / SHORT, height / LONG)
        return Matrix().apply {
            setScale(SHORT * scale / width, LONG * scale / height, width / 2, height / 2)
            postRotate(turns, width / 2, height / 2)
        }
    }

    private companion object {
        const val SHORT = 9f
        const val LONG = 16f
    }
}
