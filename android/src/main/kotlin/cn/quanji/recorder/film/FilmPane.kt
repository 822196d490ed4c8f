package cn.quanji.recorder.film

import android.content.Context
import android.graphics.Matrix
import android.util.AttributeSet
import cn.quanji.recorder.core.FilmPicture
import cn.quanji.recorder.ui.PaneView
import kotlin.math.min

/** The film's picture, whole: evidence is not cropped. */
class FilmPane(context: Context, attributes: AttributeSet) : PaneView(context, attributes) {
    private var picture = FilmPicture(width = 9, height = 16)

    fun show(picture: FilmPicture) {
        if (picture == this.picture) return
        this.picture = picture
        layAnew()
    }

    override fun laid(width: Float, height: Float): Matrix {
        val scale = min(width / picture.width, height / picture.height)
        return Matrix().apply { setScale(picture.width * scale / width, picture.height * scale / height, width / 2, height / 2) }
    }
}
