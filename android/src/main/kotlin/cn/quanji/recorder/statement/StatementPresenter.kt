package cn.quanji.recorder.statement

import cn.quanji.recorder.core.Answer
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
    private val record: String,
    about: Writing,
    private val records: Records,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
    /** Leads back to where it was asked for. */
    private val goBack: () -> Unit,
) {
    private val states = MutableStateFlow(StatementState(about, text = "", certificate = "", Step.Writing))
    val state: StateFlow<StatementState> = states.asStateFlow()

    fun onEvent(event: StatementEvent) {
        when (event) {
            is StatementEvent.Typed -> states.update { it.copy(text = event.text) }
            is StatementEvent.CertificateTyped -> states.update { it.copy(certificate = event.certificate) }
            StatementEvent.Sign -> sign(states.value)
        }
    }

    private fun sign(written: StatementState) {
        // Two presses are one statement.
        if (!written.isWritten || written.step == Step.Signing) return
        states.update { it.copy(step = Step.Signing) }
        scope.launch {
            val added = withContext(worker) {
                records.write(record, Written(written.about, written.text.trim(), written.certificate.trim().ifEmpty { null }))
            }
            when (added) {
                is Answer.Of -> goBack()
                is Answer.Not -> states.update { it.copy(step = Step.NotSigned(added.trouble)) }
            }
        }
    }
}
