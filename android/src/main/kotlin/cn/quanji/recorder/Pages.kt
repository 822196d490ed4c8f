package cn.quanji.recorder

import android.content.Context
import android.view.LayoutInflater
import android.view.View
import cn.quanji.recorder.about.AboutEvent
import cn.quanji.recorder.about.AboutPresenter
import cn.quanji.recorder.checklist.ChecklistEvent
import cn.quanji.recorder.checklist.ChecklistPresenter
import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.core.FolderWanted
import cn.quanji.recorder.core.Invited
import cn.quanji.recorder.core.WrittenInvitation
import cn.quanji.recorder.dock.DockEvent
import cn.quanji.recorder.dock.DockPresenter
import cn.quanji.recorder.enrolment.EnrolmentEvent
import cn.quanji.recorder.enrolment.EnrolmentPresenter
import cn.quanji.recorder.film.FilmEvent
import cn.quanji.recorder.film.FilmPresenter
import cn.quanji.recorder.home.HomeEvent
import cn.quanji.recorder.home.HomePresenter
import cn.quanji.recorder.lastpage.LastPageEvent
import cn.quanji.recorder.lastpage.LastPagePresenter
import cn.quanji.recorder.licences.LicencesEvent
import cn.quanji.recorder.licences.LicencesPresenter
import cn.quanji.recorder.officers.OfficersEvent
import cn.quanji.recorder.officers.OfficersPresenter
import cn.quanji.recorder.photo.PhotoEvent
import cn.quanji.recorder.photo.PhotoPresenter
import cn.quanji.recorder.practice.PracticePresenter
import cn.quanji.recorder.queue.QueueEvent
import cn.quanji.recorder.queue.QueuePresenter
import cn.quanji.recorder.record.RecordEvent
import cn.quanji.recorder.record.RecordPresenter
import cn.quanji.recorder.recording.RecordingEvent
import cn.quanji.recorder.recording.RecordingPresenter
import cn.quanji.recorder.scan.ScanPresenter
import cn.quanji.recorder.scene.SceneEvent
import cn.quanji.recorder.scene.ScenePresenter
import cn.quanji.recorder.settings.SettingsEvent
import cn.quanji.recorder.settings.SettingsPresenter
import cn.quanji.recorder.shiftcheck.ShiftCheckEvent
import cn.quanji.recorder.shiftcheck.ShiftCheckPresenter
import cn.quanji.recorder.statement.StatementEvent
import cn.quanji.recorder.statement.StatementPresenter
import cn.quanji.recorder.statement.Subject
import cn.quanji.recorder.ui.Page
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.launch

/** A page that stands on the screen. */
class OpenPage(
    val view: View,
    /** It came to the front, or time passed: what it says of the world is asked for again. */
    val looked: () -> Unit,
)

/** Puts each route's presenter and view together. */
class Pages(
    private val graph: AppGraph,
    private val goTo: (Route) -> Unit,
    private val goBack: () -> Unit,
    private val pick: (FolderWanted) -> Boolean,
) {
    fun open(route: Route, context: Context, scope: CoroutineScope): OpenPage {
        val page = Opening(context, scope)
        return when (route) {
            Route.Home -> {
                val presenter = HomePresenter(graph.records, graph.handOver, graph.outlook, graph.nowMs, graph.worker, scope, ::record, goTo)
                page.of(R.layout.home, presenter.state, presenter::onEvent) { presenter.onEvent(HomeEvent.Looked) }
            }
            Route.Scene -> {
                val presenter = ScenePresenter(graph.scenes, graph.roster, graph.worker, scope, ::record, goTo)
                page.of(R.layout.scene, presenter.state, presenter::onEvent) { presenter.onEvent(SceneEvent.Looked) }
            }
            Route.Recording -> {
                val presenter = RecordingPresenter(graph.session, graph.viewfinder, graph.preferences.choices.value.isPractice, scope, goTo)
                page.of(R.layout.recording, presenter.state, presenter::onEvent)
            }
            is Route.LastPage -> {
                val presenter = LastPagePresenter(route.record, graph.records, graph.nowMs, graph.worker, scope, goTo)
                page.of(R.layout.last_page, presenter.state, presenter::onEvent) { presenter.onEvent(LastPageEvent.Looked) }
            }
            Route.Queue -> {
                val presenter = QueuePresenter(graph.handOver, graph.nowMs, scope, goTo)
                page.of(R.layout.queue, presenter.state, presenter::onEvent) { presenter.onEvent(QueueEvent.Looked) }
            }
            Route.Dock -> {
                val presenter = DockPresenter(graph.dockWork, graph.pickedFolder, graph.lastDock, graph.nowMs, scope, goTo, pick)
                page.of(R.layout.dock, presenter.state, presenter::onEvent) { presenter.onEvent(DockEvent.Looked) }
            }
            is Route.Record -> {
                val presenter = RecordPresenter(route.record, graph.records, graph.nowMs, graph.worker, scope, goTo)
                page.of(R.layout.record, presenter.state, presenter::onEvent) { presenter.onEvent(RecordEvent.Looked) }
            }
            is Route.Film -> {
                val presenter = FilmPresenter(route.record, graph.films, graph.player, graph.scenes.isRecorded, graph.worker, scope)
                page.of(R.layout.film, presenter.state, presenter::onEvent) { presenter.onEvent(FilmEvent.Opened) }
            }
            is Route.Photo -> {
                val presenter = PhotoPresenter(route.record, route.number, graph.films, graph.worker, scope)
                page.of(R.layout.photo, presenter.state, presenter::onEvent) { presenter.onEvent(PhotoEvent.Opened) }
            }
            is Route.Write -> {
                val presenter = StatementPresenter(Subject.OfRecord(route.record, route.about), graph.records, graph.worker, scope, goBack)
                page.of(R.layout.statement, presenter.state, presenter::onEvent) { presenter.onEvent(StatementEvent.Opened) }
            }
            is Route.Draft -> {
                val presenter = StatementPresenter(Subject.Drafted(route.draft), graph.records, graph.worker, scope, goBack)
                page.of(R.layout.statement, presenter.state, presenter::onEvent) { presenter.onEvent(StatementEvent.Opened) }
            }
            is Route.Checklist -> {
                val presenter = ChecklistPresenter(route.record, graph.records, graph.worker, scope)
                page.of(R.layout.checklist, presenter.state, presenter::onEvent) { presenter.onEvent(ChecklistEvent.Looked) }
            }
            Route.Officers -> {
                val presenter = OfficersPresenter(graph.roster, graph.worker, scope)
                page.of(R.layout.officers, presenter.state, presenter::onEvent) { presenter.onEvent(OfficersEvent.Looked) }
            }
            Route.Enrolment -> {
                val presenter = EnrolmentPresenter(graph.enrolment, graph.scanned, graph.worker, scope, goTo)
                page.of(R.layout.enrolment, presenter.state, presenter::onEvent) { presenter.onEvent(EnrolmentEvent.Looked) }
            }
            is Route.Scan -> {
                val presenter = ScanPresenter(route.wanted, graph.finder, taker(route.wanted), graph.appSettings, scope, goBack)
                page.of(R.layout.scan, presenter.state, presenter::onEvent)
            }
            Route.ShiftCheck -> {
                val presenter = ShiftCheckPresenter(graph.shiftChecks, graph.handOver, graph.phonePages, graph.nowMs, graph.worker, scope, goTo)
                page.of(R.layout.shift_check, presenter.state, presenter::onEvent) { presenter.onEvent(ShiftCheckEvent.Looked) }
            }
            Route.Practice -> {
                val presenter = PracticePresenter(graph.preferences, graph.practiceRecords, graph.nowMs, graph.worker, scope, goTo)
                page.of(R.layout.practice, presenter.state, presenter::onEvent)
            }
            Route.Settings -> {
                val presenter = SettingsPresenter(graph.preferences, graph.background, graph.issuance, graph.worker, scope, goTo)
                page.of(R.layout.settings, presenter.state, presenter::onEvent) { presenter.onEvent(SettingsEvent.Looked) }
            }
            Route.About -> {
                val presenter = AboutPresenter(graph.core, graph.issuance, graph.worker, scope, graph.appVersion, graph.isCoreUntried, goTo)
                page.of(R.layout.about, presenter.state, presenter::onEvent) { presenter.onEvent(AboutEvent.Opened) }
            }
            Route.Licences -> {
                val presenter = LicencesPresenter(graph.licences, graph.worker, scope)
                page.of(R.layout.licences, presenter.state, presenter::onEvent) { presenter.onEvent(LicencesEvent.Looked) }
            }
        }
    }

    /** Where a code goes that was read; whether it is one that can go there. */
    private fun taker(wanted: CodeWanted): (String) -> Boolean =
        when (wanted) {
            CodeWanted.Invitation -> { text -> (graph.enrolment.invitation(WrittenInvitation.Text(text)) as? Invited.Valid)?.let { graph.scanned.bring(it.invitation) } != null }
            CodeWanted.Activity -> graph.scenes::join
            CodeWanted.Dock -> { text -> graph.dockWork.address(text)?.also { graph.lastDock.address = it } != null }
        }

    /** Begins first; the page follows. */
    private fun record(takeUp: String?) {
        graph.session.onEvent(RecordingEvent.Start(takeUp))
        goTo(Route.Recording)
    }

    private inner class Opening(private val context: Context, private val scope: CoroutineScope) {
        fun <State, Event> of(layout: Int, states: StateFlow<State>, onEvent: (Event) -> Unit, looked: () -> Unit = {}): OpenPage {
            @Suppress("UNCHECKED_CAST") // A layout's root is the page of its route: the tests open each.
            val view = LayoutInflater.from(context).inflate(layout, null) as Page<State, Event>
            view.onEvent = onEvent
            view.onBack(goBack)
            view.show(states.value)
            scope.launch { states.collect(view::show) }
            return OpenPage(view, looked)
        }
    }
}
