package cn.quanji.recorder.ui

import android.content.Context
import android.graphics.Matrix
import android.graphics.SurfaceTexture
import android.util.AttributeSet
import android.view.TextureView
import cn.quanji.recorder.core.Pane
import cn.quanji.recorder.core.TexturePane

/** Where moving pictures are seen. Its pane is there while the page is seen, and no longer. */
abstract class PaneView(context: Context, attributes: AttributeSet) : TextureView(context, attributes), TextureView.SurfaceTextureListener {
    var onCame: (Pane) -> Unit = {}
    var onWent: () -> Unit = {}

    init {
        surfaceTextureListener = this
    }

    /** How the pictures, which come stretched to the pane, are laid into it. */
    protected abstract fun laid(width: Float, height: Float): Matrix

    protected fun layAnew() = setTransform(laid(width.toFloat(), height.toFloat()))

    override fun onSurfaceTextureAvailable(texture: SurfaceTexture, width: Int, height: Int) {
        layAnew()
        onCame(TexturePane(texture))
    }

    override fun onSurfaceTextureSizeChanged(texture: SurfaceTexture, width: Int, height: Int) = layAnew()

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
}
