package cn.quanji.recorder.checklist

import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Records
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class ChecklistPresenter(
    private val record: String,
    private val records: Records,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
) {
    private val states = MutableStateFlow(ChecklistState(items = emptyList(), trouble = null))
    val state: StateFlow<ChecklistState> = states.asStateFlow()

    fun onEvent(event: ChecklistEvent) {
        scope.launch(worker) {
            when (event) {
                ChecklistEvent.Looked -> read()
                is ChecklistEvent.Chosen -> {
                    val done = records.checkOff(record, event.item, event.state)
                    // What is shown is what stands in the record, and not what was pressed.
                    read()
                    if (done is Answer.Not) states.update { it.copy(trouble = done.trouble) }
                }
            }
        }
    }

    private fun read() {
        val standing = records.standing(record)
        states.update { before ->
            when (standing) {
                is Answer.Of -> ChecklistState(standing.value.checklist, trouble = null)
                is Answer.Not -> before.copy(trouble = standing.trouble)
            }
        }
    }
}
