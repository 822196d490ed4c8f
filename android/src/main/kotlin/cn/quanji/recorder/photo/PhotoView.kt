package cn.quanji.recorder.photo

import android.content.Context
import android.util.AttributeSet
import android.widget.ImageView
import cn.quanji.recorder.R
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.trouble

/** Draws [PhotoState]. */
class PhotoView(context: Context, attributes: AttributeSet) : Page<PhotoState, PhotoEvent>(context, attributes) {
    /** What is drawn already: decoding takes longer than a frame. */
    private var drawn: PhotoState? = null

    override fun show(state: PhotoState) {
        if (state === drawn) return
        drawn = state
        val picture = (state as? PhotoState.Shown)?.let { Still.decode(it.jpeg) }
        val image = findViewById<ImageView>(R.id.photo)
        image.showIf(picture != null)
        image.setImageBitmap(picture)
        val said = text(R.id.said)
        said.showIf(picture == null)
        when (state) {
            PhotoState.Reading -> said.say(resources.getString(R.string.photo_reading), Tone.Waiting)
            is PhotoState.Shown -> if (picture == null) said.say(resources.getString(R.string.photo_no_picture), Tone.Owed)
            is PhotoState.NotRead -> said.say(resources.trouble(state.trouble), Tone.Owed)
        }
    }
}
