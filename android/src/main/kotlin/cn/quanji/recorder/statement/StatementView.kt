package cn.quanji.recorder.statement

import android.content.Context
import android.os.Bundle
import android.os.Parcelable
import android.util.AttributeSet
import android.view.AbsSavedState
import android.view.View
import android.widget.EditText
import cn.quanji.recorder.R
import cn.quanji.recorder.core.Writing
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.onTyped
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.showText
import cn.quanji.recorder.ui.trouble

/** Draws [StatementState]. */
class StatementView(context: Context, attributes: AttributeSet) : Page<StatementState, StatementEvent>(context, attributes) {
    private var readDraft: String? = null

    override fun onFinishInflate() {
        super.onFinishInflate()
        findViewById<EditText>(R.id.text).onTyped { onEvent(StatementEvent.Typed(it)) }
        findViewById<EditText>(R.id.certificate).onTyped { onEvent(StatementEvent.CertificateTyped(it)) }
        press(R.id.draft_again) { StatementEvent.DraftAgain }
        press(R.id.sign) { StatementEvent.Sign }
    }

    /** The words in the field are kept by the platform; whose they were is not in them. */
    override fun onSaveInstanceState(): Parcelable {
        super.onSaveInstanceState()
        return Bundle().apply { putString(READ_DRAFT, readDraft) }
    }

    override fun onRestoreInstanceState(state: Parcelable?) {
        super.onRestoreInstanceState(AbsSavedState.EMPTY_STATE)
        (state as? Bundle)?.getString(READ_DRAFT)?.let { onEvent(StatementEvent.DraftWasRead(it)) }
    }

    override fun show(state: StatementState) {
        readDraft = state.readDraft
        text(R.id.asked).setText(if (state.isAlone) R.string.statement_alone else asked(state.about))
        text(R.id.drafted).showIf(state.isDraftRead)
        findViewById<View>(R.id.draft_again).showIf(state.isChanged)
        text(R.id.blanks).showIf(state.hasBlanks)
        findViewById<EditText>(R.id.text).showText(state.text)
        findViewById<EditText>(R.id.certificate).showText(state.certificate)
        for (part in listOf(R.id.certificate_asked, R.id.certificate)) findViewById<View>(part).showIf(state.about == Writing.Officers)
        val why = when (val step = state.step) {
            is Step.NotSigned -> resources.trouble(step.trouble)
            Step.DraftGone -> resources.getString(R.string.statement_draft_gone)
            Step.Writing, Step.Signing -> null
        }
        text(R.id.trouble).showIf(why != null)
        if (why != null) text(R.id.trouble).say(why, Tone.Owed)
        val sign = text(R.id.sign)
        sign.isEnabled = state.isWritten && state.step != Step.Signing && state.step != Step.DraftGone
        sign.setText(if (state.step == Step.Signing) R.string.statement_signing else R.string.statement_sign)
    }

    private fun asked(about: Writing): Int =
        when (about) {
            is Writing.Statement -> if (about.interruption == null) R.string.statement_whole else R.string.statement_interruption
            Writing.OpeningMissing -> R.string.statement_opening
            Writing.FilmingMissing -> R.string.statement_filming
            Writing.Place -> R.string.statement_place
            Writing.Officers -> R.string.statement_officers
            Writing.Party -> R.string.statement_party
            is Writing.Correction -> R.string.statement_correction
            Writing.Mistake -> R.string.statement_mistake
        }

    private companion object {
        const val READ_DRAFT = "read_draft"
    }
}
