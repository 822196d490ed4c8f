package cn.quanji.recorder.record

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.RecordPhoto
import cn.quanji.recorder.core.SelfCheck
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

    private fun looked() {
        presenter.onEvent(RecordEvent.Looked)
        worker.run()
    }

    private fun check() = (presenter.state.value as RecordState.Shown).check
}
