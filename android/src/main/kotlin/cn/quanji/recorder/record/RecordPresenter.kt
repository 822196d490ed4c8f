package cn.quanji.recorder.record

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.RecordDetail
import cn.quanji.recorder.core.Records
import cn.quanji.recorder.core.Writing
import cn.quanji.recorder.routeToSettle
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

class RecordPresenter(
    private val record: String,
    private val records: Records,
    private val nowMs: () -> Long,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
    private val goTo: (Route) -> Unit,
) {
    private val states = MutableStateFlow<RecordState>(RecordState.Reading)
    val state: StateFlow<RecordState> = states.asStateFlow()

    fun onEvent(event: RecordEvent) {
        when (event) {
            RecordEvent.Looked -> scope.launch(worker) { read() }
            RecordEvent.CheckAsked -> {
                become(Check.Running)
                scope.launch(worker) {
                    become(
                        when (val found = records.check(record)) {
                            is Answer.Of -> Check.Done(found.value)
                            is Answer.Not -> Check.NotDone(found.trouble)
                        }
                    )
                }
            }
            RecordEvent.Play -> goTo(Route.Film(record))
            is RecordEvent.Look -> goTo(Route.Photo(record, event.photo.number))
            is RecordEvent.Settle -> routeToSettle(record, event.owed)?.let(goTo)
            is RecordEvent.PanelOpened -> change { it.copy(panel = if (it.panel == event.panel) Panel.None else event.panel) }
            is RecordEvent.AwayChosen -> declare { records.declareAway(record, event.ground) }
            RecordEvent.Returned -> declare { records.declareReturn(record) }
            RecordEvent.ChecklistOpened -> goTo(Route.Checklist(record))
            is RecordEvent.Correct -> goTo(Route.Write(record, Writing.Correction(event.line)))
            RecordEvent.MistakeDeclared -> goTo(Route.Write(record, Writing.Mistake))
        }
    }

    private fun read() {
        val detail = records.detail(record)
        states.update { before ->
            when (detail) {
                is Answer.Of -> shown(before as? RecordState.Shown, detail.value)
                is Answer.Not -> RecordState.NotRead(detail.trouble)
            }
        }
    }

    private fun shown(before: RecordState.Shown?, detail: RecordDetail) =
        RecordState.Shown(detail, before?.check ?: Check.NotAsked, before?.panel ?: Panel.None, before?.trouble, nowMs())

    /** What was declared is read again as the record has it; what was not is said. */
    private fun declare(act: () -> Answer<Unit>) {
        scope.launch(worker) {
            val trouble = (act() as? Answer.Not)?.trouble
            change { it.copy(panel = Panel.None, trouble = trouble) }
            read()
        }
    }

    private fun become(check: Check) = change { it.copy(check = check) }

    private fun change(change: (RecordState.Shown) -> RecordState.Shown) {
        states.update { before -> if (before is RecordState.Shown) change(before) else before }
    }
}
