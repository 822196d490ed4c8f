package cn.quanji.recorder.home

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.testing.FakeHandOver
import cn.quanji.recorder.testing.FakeRecords
import cn.quanji.recorder.testing.Samples
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Test

class HomePresenterTest {
    private val records = FakeRecords().apply { home = { Answer.Of(Samples.home) } }
    private val handOver = FakeHandOver()
    private val went = ArrayList<Route>()
    private val begun = ArrayList<String?>()
    private val presenter = HomePresenter(records, handOver, { Samples.lasting }, { Samples.nowMs }, Dispatchers.Unconfined, CoroutineScope(Dispatchers.Unconfined), begun::add, went::add)

    @Test
    fun `the first page shows the records as the core ranks them`() {
        presenter.onEvent(HomeEvent.Looked)
        assertEquals(HomeState.Shown(Samples.home, AgencyLink.Reachable, Samples.nowMs, Samples.lasting, trouble = null), presenter.state.value)
    }

    @Test
    fun `a vault that does not open is said and its reason with it`() {
        records.home = { Answer.Not(Trouble.KeysGone) }
        presenter.onEvent(HomeEvent.Looked)
        assertEquals(HomeState.Closed(Trouble.KeysGone), presenter.state.value)
    }

    @Test
    fun `recording can begin before anything is known`() {
        presenter.onEvent(HomeEvent.Start)
        assertEquals(listOf<String?>(null), begun)
    }

    @Test
    fun `a record that was cut off is taken up under its own number`() {
        presenter.onEvent(HomeEvent.TakeUp("ab12"))
        assertEquals(listOf<String?>("ab12"), begun)
    }

    @Test
    fun `a record that is not taken up is ended and leaves the list`() {
        records.home = { Answer.Of(if (records.ended.isEmpty()) Samples.cutOff else Samples.home) }
        presenter.onEvent(HomeEvent.Looked)
        presenter.onEvent(HomeEvent.EndInterrupted("ab12"))
        assertEquals(listOf("ab12"), records.ended)
        assertEquals(HomeState.Shown(Samples.home, AgencyLink.Reachable, Samples.nowMs, Samples.lasting, trouble = null), presenter.state.value)
    }

    @Test
    fun `a record that could not be ended stays in the list and the reason is said`() {
        records.endings = Answer.Not(Trouble.DiskFull)
        presenter.onEvent(HomeEvent.EndInterrupted("ab12"))
        assertEquals(HomeState.Shown(Samples.home, AgencyLink.Reachable, Samples.nowMs, Samples.lasting, Trouble.DiskFull), presenter.state.value)
    }

    @Test
    fun `a network that goes is said at once`() {
        presenter.onEvent(HomeEvent.Looked)
        handOver.link.value = AgencyLink.NoNetwork
        assertEquals(AgencyLink.NoNetwork, (presenter.state.value as HomeState.Shown).agency)
    }

    @Test
    fun `the check before duty is one press away`() {
        presenter.onEvent(HomeEvent.ShiftCheck)
        assertEquals(listOf<Route>(Route.ShiftCheck), went)
    }

    @Test
    fun `what is owed leads to the page on which each has its button`() {
        presenter.onEvent(HomeEvent.Settle("ab12"))
        assertEquals(listOf<Route>(Route.LastPage("ab12")), went)
    }
}
