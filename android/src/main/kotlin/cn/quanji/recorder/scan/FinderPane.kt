package cn.quanji.recorder.scan

import android.content.Context
import android.graphics.Matrix
import android.graphics.SurfaceTexture
import android.util.AttributeSet
import android.view.Surface
import android.view.TextureView
import cn.quanji.recorder.capture.Pane
import cn.quanji.recorder.capture.TexturePane
import kotlin.math.max

/** Where the camera's picture is seen: its middle, filling the pane. The pane is there while the page is seen, and no longer. */
class FinderPane(context: Context, attributes: AttributeSet) : TextureView(context, attributes), TextureView.SurfaceTextureListener {
    var onCame: (Pane) -> Unit = {}
    var onWent: () -> Unit = {}

    init {
        surfaceTextureListener = this
    }

    override fun onSurfaceTextureAvailable(texture: SurfaceTexture, width: Int, height: Int) {
        fill(width, height)
        onCame(TexturePane(texture))
    }

    override fun onSurfaceTextureSizeChanged(texture: SurfaceTexture, width: Int, height: Int) = fill(width, height)

    override fun onSurfaceTextureDestroyed(texture: SurfaceTexture): Boolean {
        onWent()
        return true
    }

    override fun onSurfaceTextureUpdated(texture: SurfaceTexture) = Unit

    /** Another app came in front: the texture stays, and nobody looks at it. */
    override fun onWindowVisibilityChanged(visibility: Int) {
        super.onWindowVisibilityChanged(visibility)
        val texture = surfaceTexture ?: return
        if (visibility == VISIBLE) onCame(TexturePane(texture)) else onWent()
    }

    /** The pictures are 16:9 and come stretched to the pane; upright in a phone that is held upright. */
    private fun fill(width: Int, height: Int) {
        val (paneWidth, paneHeight) = width.toFloat() to height.toFloat()
        val turns = when (display?.rotation) {
            Surface.ROTATION_90 -> 270f
            Surface.ROTATION_180 -> 180f
            Surface.ROTATION_270 -> 90f
            else -> 0f
        }
        val scale = max(paneWidth / SHORT, paneHeight / LONG)
        val matrix = Matrix()
        matrix.setScale(SHORT * scale / paneWidth, LONG * scale / paneHeight, paneWidth / 2, paneHeight / 2)
        matrix.postRotate(turns, paneWidth / 2, paneHeight / 2)
        setTransform(matrix)
    }

    private companion object {
        const val SHORT = 9f
        const val LONG = 16f
    }
}
