package cn.quanji.recorder.film

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import cn.quanji.recorder.R
import cn.quanji.recorder.core.Receipt
import cn.quanji.recorder.core.StoredBy
import cn.quanji.recorder.core.Timeline
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.chapter
import cn.quanji.recorder.ui.exact
import cn.quanji.recorder.ui.lengthOnClock
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showEach
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.trouble

/** Draws [FilmState]. */
class FilmView(context: Context, attributes: AttributeSet) : Page<FilmState, FilmEvent>(context, attributes) {
    private val pane by lazy { findViewById<FilmPane>(R.id.pane) }

    override fun onFinishInflate() {
        super.onFinishInflate()
        pane.onCame = { onEvent(FilmEvent.PaneCame(it)) }
        pane.onWent = { onEvent(FilmEvent.PaneWent) }
        press(R.id.main) { FilmEvent.Pressed }
    }

    override fun show(state: FilmState) {
        val shown = state as? FilmState.Shown
        for (part in listOf(R.id.frame, R.id.clock, R.id.jumps, R.id.main)) findViewById<View>(part).showIf(shown != null)
        val said = text(R.id.said)
        val (words, tone) = said(state)
        said.showIf(words != null)
        // A live region speaks at each setting: only what changed is set.
        if (words != null && said.text.toString() != words) said.say(words, tone)
        if (shown != null) show(shown)
    }

    private fun show(shown: FilmState.Shown) {
        val film = shown.film
        film.takes[shown.take].picture?.let(pane::show)
        text(R.id.clock).text = resources.getString(R.string.film_clock, resources.exact(film.beganAtMs + shown.atMs), lengthOnClock(shown.atMs), lengthOnClock(film.lengthMs))
        findViewById<ViewGroup>(R.id.jumps).showEach(film.chapters, R.layout.jump) { button, chapter -> jump(button as Button, chapter) }
        text(R.id.main).setText(if (shown.playing == Playing.Yes) R.string.film_pause else R.string.film_play)
    }

    private fun jump(button: Button, chapter: Timeline.Chapter) {
        button.text = resources.getString(R.string.timeline_moment, lengthOnClock(chapter.atMs), resources.chapter(chapter.what))
        button.setOnClickListener { onEvent(FilmEvent.Jump(chapter.atMs)) }
    }

    private fun said(state: FilmState): Pair<String?, Tone> =
        when (state) {
            FilmState.Reading -> resources.getString(R.string.film_reading) to Tone.Waiting
            is FilmState.Freed -> freed(state.receipt) to Tone.Safe
            is FilmState.NotRead -> resources.trouble(state.trouble) to Tone.Owed
            is FilmState.Shown -> when (state.playing) {
                Playing.Not, Playing.Yes -> (if (state.film.takes.all { it.isHere }) null else resources.getString(R.string.film_in_part)) to Tone.Waiting
                Playing.Over -> resources.getString(R.string.film_over) to Tone.Waiting
                Playing.Failed -> resources.getString(R.string.film_failed) to Tone.Owed
                Playing.NotWhileRecording -> resources.getString(R.string.film_not_while_recording) to Tone.Waiting
            }
        }

    private fun freed(receipt: Receipt?): String {
        val words = when (receipt?.by) {
            null -> return resources.getString(R.string.film_not_here)
            StoredBy.Agency -> R.string.film_freed
            StoredBy.DesignatedStorage -> R.string.film_freed_storage
        }
        return resources.getString(words, receipt.number.toString(), resources.exact(receipt.storedAtMs))
    }
}
