package cn.quanji.recorder.home

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.HandOver
import cn.quanji.recorder.core.Outlook
import cn.quanji.recorder.core.Records
import cn.quanji.recorder.core.Trouble
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.drop
import kotlinx.coroutines.flow.merge
import kotlinx.coroutines.launch

class HomePresenter(
    private val records: Records,
    private val handOver: HandOver,
    private val outlook: Outlook,
    private val nowMs: () -> Long,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
    /** Begins a record, or takes one up. */
    private val record: (takeUp: String?) -> Unit,
    private val goTo: (Route) -> Unit,
) {
    private val states = MutableStateFlow<HomeState>(HomeState.Opening)
    val state: StateFlow<HomeState> = states.asStateFlow()

    init {
        // What went, or stopped going, changes what the list says.
        scope.launch { merge(handOver.queue.drop(1), handOver.link.drop(1)).collect { look() } }
    }

    fun onEvent(event: HomeEvent) {
        when (event) {
            HomeEvent.Looked -> {
                handOver.look()
                look()
            }
            HomeEvent.Start -> record(null)
            is HomeEvent.TakeUp -> record(event.record)
            HomeEvent.BackToRecording -> goTo(Route.Recording)
            is HomeEvent.EndInterrupted -> scope.launch(worker) {
                val ended = records.endInterrupted(event.record)
                show((ended as? Answer.Not)?.trouble)
            }
            is HomeEvent.Open -> goTo(Route.Record(event.record))
            is HomeEvent.Settle -> goTo(Route.LastPage(event.record))
            is HomeEvent.ReadDraft -> goTo(Route.Draft(event.draft))
            HomeEvent.Queue -> goTo(Route.Queue)
            HomeEvent.Scene -> goTo(Route.Scene)
            HomeEvent.ShiftCheck -> goTo(Route.ShiftCheck)
            HomeEvent.Settings -> goTo(Route.Settings)
            HomeEvent.Enrol -> goTo(Route.Enrolment)
        }
    }

    private fun look() {
        scope.launch(worker) { show(trouble = null) }
    }

    private fun show(trouble: Trouble?) {
        states.value = when (val home = records.home()) {
            is Answer.Of -> HomeState.Shown(home.value, handOver.link.value, nowMs(), outlook.now(), trouble)
            is Answer.Not -> HomeState.Closed(home.trouble)
        }
    }
}
