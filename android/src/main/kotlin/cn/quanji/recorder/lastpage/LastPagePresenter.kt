package cn.quanji.recorder.lastpage

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Records
import cn.quanji.recorder.routeToSettle
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch

class LastPagePresenter(
    private val record: String,
    private val records: Records,
    private val nowMs: () -> Long,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
    private val goTo: (Route) -> Unit,
) {
    private val states = MutableStateFlow<LastPageState>(LastPageState.Reading)
    val state: StateFlow<LastPageState> = states.asStateFlow()

    fun onEvent(event: LastPageEvent) {
        when (event) {
            LastPageEvent.Looked -> scope.launch(worker) {
                states.value = when (val detail = records.detail(record)) {
                    is Answer.Of -> LastPageState.Shown(detail.value, nowMs())
                    is Answer.Not -> LastPageState.NotRead(detail.trouble)
                }
            }
            is LastPageEvent.Settle -> routeToSettle(record, event.owed)?.let(goTo)
            LastPageEvent.Details -> goTo(Route.Record(record))
            LastPageEvent.Done -> goTo(Route.Home)
        }
    }
}
