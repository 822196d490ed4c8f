package cn.quanji.recorder.record

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.AwayGround
import cn.quanji.recorder.core.RecordPhoto
import cn.quanji.recorder.core.SelfCheck
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.core.Writing
import cn.quanji.recorder.testing.FakeRecords
import cn.quanji.recorder.testing.Samples
import cn.quanji.recorder.testing.WhenTold
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Test

class RecordPresenterTest {
    private val records = FakeRecords().apply { details["ab12"] = Answer.Of(Samples.whole) }
    private val went = ArrayList<Route>()
    private val worker = WhenTold()
    private val presenter = RecordPresenter("ab12", records, { Samples.nowMs }, worker, CoroutineScope(Dispatchers.Unconfined), went::add)

    @Test
    fun `a check says that it runs until the core has answered`() {
        looked()
        records.check = Answer.Of(SelfCheck.Whole(lines = 146, vouched = 2))
        presenter.onEvent(RecordEvent.CheckAsked)
        assertEquals(Check.Running, check())
        worker.run()
        assertEquals(Check.Done(SelfCheck.Whole(lines = 146, vouched = 2)), check())
    }

    @Test
    fun `a journal that does not hold is said with its line`() {
        looked()
        records.check = Answer.Of(SelfCheck.HoldsTo(line = 9))
        presenter.onEvent(RecordEvent.CheckAsked)
        worker.run()
        assertEquals(Check.Done(SelfCheck.HoldsTo(line = 9)), check())
    }

    @Test
    fun `what a check found stays while time passes`() {
        looked()
        records.check = Answer.Of(SelfCheck.Whole(lines = 146, vouched = 2))
        presenter.onEvent(RecordEvent.CheckAsked)
        worker.run()
        looked()
        assertEquals(Check.Done(SelfCheck.Whole(lines = 146, vouched = 2)), check())
    }

    @Test
    fun `film and photos have pages of their own`() {
        presenter.onEvent(RecordEvent.Play)
        presenter.onEvent(RecordEvent.Look(RecordPhoto(3, atMs = 1)))
        assertEquals(listOf(Route.Film("ab12"), Route.Photo("ab12", 3)), went)
    }

    @Test
    fun `an away ground is two presses, and what could not be written is said`() {
        looked()
        presenter.onEvent(RecordEvent.PanelOpened(Panel.Away))
        assertEquals(Panel.Away, shown().panel)
        records.declarations += Answer.Not(Trouble.Busy)
        presenter.onEvent(RecordEvent.AwayChosen(AwayGround.Remote))
        worker.run()
        assertEquals(Trouble.Busy, shown().trouble)
        records.declarations += Answer.Of(Unit)
        presenter.onEvent(RecordEvent.Returned)
        worker.run()
        assertEquals(listOf(AwayGround.Remote, null), records.declared)
        assertEquals(null, shown().trouble)
        assertEquals(Panel.None, shown().panel)
    }

    @Test
    fun `a line is corrected and a mistake declared on the page with the keyboard`() {
        presenter.onEvent(RecordEvent.Correct(31))
        presenter.onEvent(RecordEvent.MistakeDeclared)
        presenter.onEvent(RecordEvent.ChecklistOpened)
        val pages = listOf(Route.Write("ab12", Writing.Correction(31)), Route.Write("ab12", Writing.Mistake), Route.Checklist("ab12"))
        assertEquals(pages, went)
        for (page in pages + Route.Officers) assertEquals("it survives the process", page, Route.read(page.write()))
    }

    private fun shown() = presenter.state.value as RecordState.Shown

    private fun looked() {
        presenter.onEvent(RecordEvent.Looked)
        worker.run()
    }

    private fun check() = (presenter.state.value as RecordState.Shown).check
}
