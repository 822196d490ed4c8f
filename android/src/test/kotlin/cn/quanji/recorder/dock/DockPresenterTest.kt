package cn.quanji.recorder.dock

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.AtDock
import cn.quanji.recorder.core.Brought
import cn.quanji.recorder.core.Carried
import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.core.FolderWanted
import cn.quanji.recorder.core.NotBrought
import cn.quanji.recorder.core.NotCarried
import cn.quanji.recorder.core.PickedFolder
import cn.quanji.recorder.testing.FakeCarrying
import cn.quanji.recorder.testing.FakeHandOver
import cn.quanji.recorder.testing.FakeLastDock
import cn.quanji.recorder.testing.NamedStick
import cn.quanji.recorder.testing.Samples
import cn.quanji.recorder.testing.WhenTold
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

class DockPresenterTest {
    private val handOver = FakeHandOver()
    private val carrying = FakeCarrying()
    private val picked = PickedFolder()
    private val lastDock = FakeLastDock()
    private val worker = WhenTold()
    private val went = ArrayList<Route>()
    private val asked = ArrayList<FolderWanted>()
    private var hasPicker = true
    private val work = DockWork(handOver, carrying, ::NamedStick, CoroutineScope(Dispatchers.Unconfined), worker)
    private var ofPage = CoroutineScope(Dispatchers.Unconfined)
    private var presenter = page()
    private val step get() = presenter.state.value.step

    @Test
    fun `what is typed goes to the address that is meant, and that is remembered`() {
        presenter.onEvent(DockEvent.AddressTyped("dock.example"))
        handOver.queue.value = Samples.queue
        presenter.onEvent(DockEvent.HandOver)
        assertEquals(listOf("https://dock.example"), handOver.docks)
        assertEquals("https://dock.example", lastDock.address)
        assertEquals(DockStep.HandingOver(0, 486_400_000), step)
        handOver.queue.value = Samples.queue.take(1)
        assertEquals(DockStep.HandingOver(310_400_000, 486_400_000), step)
        presenter.onEvent(DockEvent.HandOver)
        assertEquals("two presses are one", 1, handOver.docks.size)
        handOver.atDock.complete(AtDock.AllThere)
        assertEquals(DockStep.HandedOver(AtDock.AllThere), step)
        handOver.queue.value = Samples.queue
        assertEquals("what comes late changes nothing", DockStep.HandedOver(AtDock.AllThere), step)
        presenter.onEvent(DockEvent.Again)
        assertEquals(DockStep.Choosing, step)
    }

    @Test
    fun `what is no address is said, until another is typed`() {
        presenter.onEvent(DockEvent.AddressTyped("一号柜"))
        presenter.onEvent(DockEvent.HandOver)
        assertEquals(DockStep.NoAddress, step)
        assertEquals("", lastDock.address)
        presenter.onEvent(DockEvent.AddressTyped("一号柜 "))
        assertEquals(DockStep.Choosing, step)
        presenter.onEvent(DockEvent.Scan)
        assertEquals(listOf<Route>(Route.Scan(CodeWanted.Dock)), went)
    }

    @Test
    fun `a hand-over is ended on purpose, and not by turning the page`() {
        presenter.onEvent(DockEvent.AddressTyped("dock.example"))
        presenter.onEvent(DockEvent.HandOver)
        turned()
        assertTrue(step is DockStep.HandingOver)
        assertEquals(0, handOver.stoppedAtDock)
        presenter.onEvent(DockEvent.Stop)
        assertEquals(1, handOver.stoppedAtDock)
        handOver.atDock.complete(AtDock.Stopped)
        assertEquals(DockStep.HandedOver(AtDock.Stopped), step)
    }

    @Test
    fun `a bundle is written to the folder that was picked, goes on when the page is turned, and is stopped on purpose`() {
        presenter.onEvent(DockEvent.Write)
        assertEquals(listOf(FolderWanted.ToWrite), asked)
        var seen = emptyList<Boolean>()
        carrying.written += { isStopped, told ->
            told(10, 40)
            turned()
            assertEquals(DockStep.Writing(10, 40), step)
            seen = listOf(isStopped()).also { presenter.onEvent(DockEvent.Stop) } + isStopped()
            Carried.Not(NotCarried.Stopped)
        }
        back(FolderWanted.ToWrite)
        assertEquals(DockStep.Writing(0, 0), step)
        worker.run()
        assertEquals(listOf(false, true), seen)
        assertEquals(DockStep.NotWritten(NotCarried.Stopped), step)
        assertEquals("the wire hears nothing of it", 0, handOver.stoppedAtDock)
        presenter.onEvent(DockEvent.Again)
        carrying.written += { isStopped, _ ->
            assertEquals("what was stopped before is another", false, isStopped())
            Carried.Written(records = 2, unreadable = 0, bytes = 5, name = "x.zip")
        }
        back(FolderWanted.ToWrite)
        worker.run()
        assertEquals(DockStep.Written(2, 0, 5, "x.zip"), step)
    }

    @Test
    fun `receipts are read from the folder that was picked, once`() {
        carrying.brought += Brought.Receipts(Samples.brought)
        back(FolderWanted.ToRead)
        presenter.onEvent(DockEvent.Looked)
        worker.run()
        assertEquals(DockStep.Brought(Samples.brought), step)
        carrying.brought += Brought.Not(NotBrought.NoneThere)
        presenter.onEvent(DockEvent.Again)
        back(FolderWanted.ToRead)
        worker.run()
        assertEquals(DockStep.NotBrought(NotBrought.NoneThere), step)
    }

    @Test
    fun `a phone without a picker says so`() {
        hasPicker = false
        presenter.onEvent(DockEvent.Bring)
        assertEquals(DockStep.NoPicker, step)
    }

    private fun back(wanted: FolderWanted) {
        picked.bring(wanted, "a stick")
        presenter.onEvent(DockEvent.Looked)
    }

    private fun turned() {
        ofPage.cancel()
        ofPage = CoroutineScope(Dispatchers.Unconfined)
        presenter = page()
    }

    private fun page() = DockPresenter(work, picked, lastDock, { 0 }, ofPage, went::add) { wanted ->
        asked += wanted
        hasPicker
    }
}
