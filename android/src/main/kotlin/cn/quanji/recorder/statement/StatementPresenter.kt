package cn.quanji.recorder.statement

import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Draft
import cn.quanji.recorder.core.Records
import cn.quanji.recorder.core.Writing
import cn.quanji.recorder.core.Written
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

class StatementPresenter(
    private val subject: Subject,
    private val records: Records,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
    /** Leads back to where it was asked for. */
    private val goBack: () -> Unit,
) {
    private val about = (subject as? Subject.OfRecord)?.about ?: Writing.Statement(null)
    private val states = MutableStateFlow(StatementState(about, text = "", certificate = "", draft = null, isAlone = false, Step.Writing))
    val state: StateFlow<StatementState> = states.asStateFlow()
    private var isBegun = false

    fun onEvent(event: StatementEvent) {
        when (event) {
            StatementEvent.Opened -> begin()
            is StatementEvent.Typed -> states.update { it.copy(text = event.text) }
            is StatementEvent.CertificateTyped -> states.update { it.copy(certificate = event.certificate) }
            is StatementEvent.DraftWasRead -> states.update { it.copy(readDraft = event.draft) }
            StatementEvent.DraftAgain -> states.update { now -> now.draft?.let { now.copy(text = it.text, readDraft = it.name) } ?: now }
            StatementEvent.Sign -> sign(states.value)
        }
    }

    /** Once: what is written afterwards is the officer's own. */
    private fun begin() {
        if (isBegun) return
        isBegun = true
        scope.launch {
            when (subject) {
                is Subject.Drafted -> {
                    val draft = draftOf(subject)
                    if (draft == null) states.update { it.copy(step = Step.DraftGone) } else show(draft)
                }
                is Subject.OfRecord -> if (about is Writing.Statement) {
                    val draft = withContext(worker) { drafts().firstOrNull { it.record == subject.record && it.interruption == about.interruption } }
                    if (draft != null) show(draft) else fill(withContext(worker) { (records.template(subject.record, about) as? Answer.Of)?.value }.orEmpty())
                }
            }
        }
    }

    private suspend fun draftOf(subject: Subject.Drafted): Draft? = withContext(worker) { drafts().firstOrNull { it.name == subject.draft } }

    private fun drafts(): List<Draft> = (records.drafts() as? Answer.Of)?.value.orEmpty()

    private fun show(draft: Draft) = states.update {
        val text = filled(it.text, draft.text)
        it.copy(about = Writing.Statement(draft.interruption), text = text, draft = draft, isAlone = draft.record == null, readDraft = if (text == draft.text) draft.name else it.readDraft)
    }

    private fun fill(text: String) = states.update { it.copy(text = filled(it.text, text)) }

    /** What was typed meanwhile, or before the process ended, stays. */
    private fun filled(typed: String, text: String): String = typed.ifEmpty { text }

    private fun sign(written: StatementState) {
        // Two presses are one statement.
        if (!written.isWritten || written.step == Step.Signing || written.step == Step.DraftGone) return
        states.update { it.copy(step = Step.Signing) }
        scope.launch {
            // On a page that came back the words may stand before their draft was read: of which record it is, and of what in it, only the draft says.
            val draft = written.draft ?: (subject as? Subject.Drafted)?.let { draftOf(it) }
            if (subject is Subject.Drafted && draft == null) return@launch states.update { it.copy(step = Step.DraftGone) }
            val about = draft?.let { Writing.Statement(it.interruption) } ?: written.about
            val record = draft?.record ?: (subject as? Subject.OfRecord)?.record
            val signed = Written(about, written.text.trim(), written.certificate.trim().ifEmpty { null }, written.readDraft)
            val added = withContext(worker) { if (record == null) records.stateAlone(signed) else records.write(record, signed) }
            when (added) {
                is Answer.Of -> goBack()
                is Answer.Not -> states.update { it.copy(step = Step.NotSigned(added.trouble)) }
            }
        }
    }
}
