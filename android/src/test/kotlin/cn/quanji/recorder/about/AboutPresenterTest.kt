package cn.quanji.recorder.about

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Core
import cn.quanji.recorder.core.CoreFault
import cn.quanji.recorder.core.CoreState
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.testing.FakeIssuance
import cn.quanji.recorder.testing.Samples
import cn.quanji.recorder.testing.WhenTold
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Test

class AboutPresenterTest {
    private val worker = WhenTold()
    private val issuance = FakeIssuance()
    private val went = mutableListOf<Route>()

    @Test
    fun `the core is being loaded until it has answered`() {
        val presenter = presenter { CoreState.Loaded("1.2.3") }
        presenter.onEvent(AboutEvent.Opened)
        assertEquals(CoreState.Loading, presenter.state.value.core)
        worker.run()
        assertEquals(AboutState("1.2.3", CoreState.Loaded("1.2.3"), isCoreUntried = true, Samples.issued), presenter.state.value)
    }

    @Test
    fun `a core that is not there is said`() {
        val presenter = presenter { CoreState.Unavailable(CoreFault.Damaged) }
        presenter.onEvent(AboutEvent.Opened)
        worker.run()
        assertEquals(CoreState.Unavailable(CoreFault.Damaged), presenter.state.value.core)
    }

    @Test
    fun `of a closed vault nothing is said`() {
        issuance.issued = Answer.Not(Trouble.Busy)
        val presenter = presenter { CoreState.Loaded("1.2.3") }
        presenter.onEvent(AboutEvent.Opened)
        worker.run()
        assertEquals(null, presenter.state.value.issued)
    }

    @Test
    fun `the licences are one press away`() {
        presenter { CoreState.Loaded("1.2.3") }.onEvent(AboutEvent.Licences)
        assertEquals(listOf<Route>(Route.Licences), went)
    }

    private fun presenter(core: () -> CoreState) =
        AboutPresenter(object : Core { override fun load() = core() }, issuance, worker, CoroutineScope(Dispatchers.Unconfined), "1.2.3", isCoreUntried = true, went::add)
}
