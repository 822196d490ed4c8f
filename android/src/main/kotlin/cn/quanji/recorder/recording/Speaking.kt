package cn.quanji.recorder.recording

import cn.quanji.recorder.core.Aloud
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Cause
import cn.quanji.recorder.core.OpeningElement
import cn.quanji.recorder.core.OpeningLine
import cn.quanji.recorder.core.Phrase
import cn.quanji.recorder.core.Recorder
import cn.quanji.recorder.core.Speech
import cn.quanji.recorder.core.Told

/**
 * What is read aloud in a running record: what is shown now, and what was confirmed of it. Used on the session's lane alone.
 *
 * Nothing counts as said but what the officer confirmed, and speech is measured against exactly the words that were shown. Lines that are ticked
 * one after the other are one passage: each tick is held against all that was ticked since it began, so that whoever reads everything first and
 * ticks then is not doubted.
 */
class Speaking(private val recorder: Recorder, private val aloud: Aloud) {
    /** Of the opening what is still to be said, as it is shown. */
    var lines = emptyList<OpeningLine>()
        private set

    /** What is to be said of the interruption that is asked about; null while none is. */
    var reason: String? = null
        private set

    val phrases: List<Phrase> by lazy(aloud::phrases)
    var how = Told.Spoken
        private set
    var isNobodyPresent = false
    private var passage: Long? = null
    private var ticked = emptyList<OpeningLine>()

    fun begin(nowUs: Long) {
        passage = (recorder.beginPassage(nowUs) as? Answer.Of)?.value
        ticked = emptyList()
    }

    /** What is shown follows what the core says is missing, and what is known by now. */
    fun look(missing: List<OpeningElement>, stage: Stage?) {
        lines = if (missing.isEmpty()) emptyList() else aloud.opening(stage?.ordinal, isNobodyPresent).filter { it.element.isIn(missing) }
    }

    fun asks(cause: Cause?) {
        reason = cause?.let(aloud::reason)
    }

    /** The next way of telling: by voice, by an interpreter, on the screen. */
    fun changeWay() {
        how = Told.entries[(how.ordinal + 1) % Told.entries.size]
    }

    /** All that is shown was told; null where no passage could be begun. */
    fun saidAll(nowUs: Long): Answer<Speech?>? = said(nowUs, lines)

    /** One line was told; null where it is not shown. */
    fun said(nowUs: Long, element: OpeningElement): Answer<Speech?>? = lines.filter { it.element == element }.takeIf { it.isNotEmpty() }?.let { said(nowUs, it) }

    private fun said(nowUs: Long, told: List<OpeningLine>): Answer<Speech?>? {
        val passage = passage ?: return null
        val text = (ticked + told).joinToString("\n") { it.text }
        val done = recorder.opening(passage, nowUs, told.map { it.element }, text, how)
        if (done is Answer.Of) ticked = ticked + told
        return done
    }

    fun saidReason(nowUs: Long, interruption: Long, cause: Cause): Answer<Speech?>? {
        val passage = passage ?: return null
        return recorder.spokenReason(interruption, cause, passage, nowUs, reason ?: aloud.reason(cause))
    }

    fun pressedReason(nowUs: Long, interruption: Long, cause: Cause, word: String): Answer<Unit>? =
        passage?.let { recorder.pressedReason(interruption, cause, word, it, nowUs) }

    /** That nobody is present stands where the notice would. */
    private fun OpeningElement.isIn(missing: List<OpeningElement>) =
        this in missing || this == OpeningElement.NobodyPresent && OpeningElement.Notice in missing
}
