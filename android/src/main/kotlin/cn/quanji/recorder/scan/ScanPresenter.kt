package cn.quanji.recorder.scan

import cn.quanji.recorder.capture.CodeFinder
import cn.quanji.recorder.capture.FinderSays
import cn.quanji.recorder.core.CodeWanted
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import java.util.concurrent.atomic.AtomicBoolean

class ScanPresenter(
    wanted: CodeWanted,
    private val finder: CodeFinder,
    /** Whether a text was what is wanted; then it is on its way. May block. */
    private val take: (String) -> Boolean,
    private val settings: AppSettings,
    private val scope: CoroutineScope,
    /** Leads back to the page that asked. */
    private val goBack: () -> Unit,
) {
    private val states = MutableStateFlow(ScanState(wanted, Sight.Opening))
    val state: StateFlow<ScanState> = states.asStateFlow()

    /** A code stays in sight for many pictures, and is taken once. */
    private val isTaken = AtomicBoolean()

    fun onEvent(event: ScanEvent) {
        when (event) {
            is ScanEvent.PaneCame -> finder.look(event.pane, ::heed)
            ScanEvent.PaneWent -> finder.rest()
            ScanEvent.SettingsAsked -> settings.open()
            ScanEvent.TypeInstead -> goBack()
        }
    }

    private fun heed(says: FinderSays) {
        when (says) {
            FinderSays.Looks -> become(Sight.Looking(sawAnother = false))
            is FinderSays.Read -> read(says.text)
            FinderSays.NotPermitted -> become(Sight.NotPermitted)
            FinderSays.NoCamera -> become(Sight.NoCamera)
            FinderSays.Recording -> become(Sight.Recording)
        }
    }

    private fun read(text: String) {
        if (isTaken.get()) return
        if (!take(text)) return become(Sight.Looking(sawAnother = true))
        if (isTaken.compareAndSet(false, true)) scope.launch { goBack() }
    }

    private fun become(sight: Sight) = states.update { it.copy(sight = sight) }
}
