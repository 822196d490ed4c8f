package cn.quanji.recorder.shiftcheck

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.CheckDone
import cn.quanji.recorder.core.HandOver
import cn.quanji.recorder.core.ShiftCheck
import cn.quanji.recorder.core.ShiftChecks
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull

class ShiftCheckPresenter(
    private val checks: ShiftChecks,
    private val handOver: HandOver,
    private val pages: PhonePages,
    private val nowMs: () -> Long,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
    private val goTo: (Route) -> Unit,
    private val comparesWithinMs: Long = COMPARES_WITHIN_MS,
) {
    private val states = MutableStateFlow<ShiftCheckState>(ShiftCheckState.Measuring(earlier = null))
    val state: StateFlow<ShiftCheckState> = states.asStateFlow()

    /** When the page is first looked at, and when the officer comes back from where something was mended. */
    private var isDue = true
    private var measuring: Job? = null

    fun onEvent(event: ShiftCheckEvent) {
        when (event) {
            ShiftCheckEvent.Looked -> if (isDue) measure()
            ShiftCheckEvent.Again -> measure()
            is ShiftCheckEvent.Help -> help(event.remedy)
            ShiftCheckEvent.BackToRecording -> goTo(Route.Recording)
        }
    }

    private fun help(remedy: Remedy) {
        isDue = true
        when (remedy) {
            Remedy.Again -> measure()
            Remedy.Compare -> measure(first = ::compare)
            Remedy.HandOver -> goTo(Route.Queue)
            Remedy.Enrol -> goTo(Route.Enrolment)
            Remedy.BatteryPage -> pages.open(PhonePage.Battery)
            Remedy.BatterySaverPage -> pages.open(PhonePage.BatterySaver)
            Remedy.LocationPage -> pages.open(PhonePage.Location)
            Remedy.DatePage -> pages.open(PhonePage.Date)
            Remedy.AppPage -> pages.open(PhonePage.App)
            Remedy.NotificationsPage -> pages.open(PhonePage.Notifications)
            Remedy.BackgroundPage -> pages.open(PhonePage.Background)
        }
    }

    /** With film in the queue it goes on for long after the clocks are compared: the check does not wait for that, and what goes is not ended. */
    private suspend fun compare() {
        withTimeoutOrNull(comparesWithinMs) { handOver.handOver() }
    }

    /** One at a time: who presses twice does not open the camera twice. */
    private fun measure(first: suspend () -> Unit = {}) {
        if (measuring?.isActive == true) return
        isDue = false
        states.value = ShiftCheckState.Measuring(states.value as? ShiftCheckState.Shown)
        measuring = scope.launch(worker) {
            val earlier = (states.value as ShiftCheckState.Measuring).earlier ?: checks.today()?.let(::shown)
            states.value = ShiftCheckState.Measuring(earlier)
            first()
            states.value = when (val done = checks.measure()) {
                is CheckDone.Of -> shown(done.check)
                CheckDone.Recording -> ShiftCheckState.Recording
                is CheckDone.Not -> ShiftCheckState.Closed(done.trouble)
            }
        }
    }

    private fun shown(check: ShiftCheck) = ShiftCheckState.Shown(check.atMs, nowMs(), linesOf(check, isEnrolled = handOver.link.value != AgencyLink.NotEnrolled))

    private companion object {
        const val COMPARES_WITHIN_MS = 10_000L
    }
}
