package cn.quanji.recorder.record

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Records
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
        }
    }

    private fun read() {
        val detail = records.detail(record)
        states.update { before ->
            when (detail) {
                is Answer.Of -> RecordState.Shown(detail.value, (before as? RecordState.Shown)?.check ?: Check.NotAsked, nowMs())
                is Answer.Not -> RecordState.NotRead(detail.trouble)
            }
        }
    }

    private fun become(check: Check) {
        states.update { before -> if (before is RecordState.Shown) before.copy(check = check) else before }
    }
}
