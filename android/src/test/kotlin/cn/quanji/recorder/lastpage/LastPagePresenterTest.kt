package cn.quanji.recorder.lastpage

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.testing.FakeRecords
import cn.quanji.recorder.testing.Samples
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Test

class LastPagePresenterTest {
    private val records = FakeRecords()
    private val went = ArrayList<Route>()
    private val presenter = LastPagePresenter("ab12", records, { Samples.nowMs }, Dispatchers.Unconfined, CoroutineScope(Dispatchers.Unconfined), went::add)

    @Test
    fun `it shows what the core says of the record`() {
        records.details["ab12"] = Answer.Of(Samples.complete)
        presenter.onEvent(LastPageEvent.Looked)
        assertEquals(LastPageState.Shown(Samples.complete, Samples.nowMs), presenter.state.value)
    }

    @Test
    fun `what was settled is gone when one comes back`() {
        records.details["ab12"] = Answer.Of(Samples.owing)
        presenter.onEvent(LastPageEvent.Looked)
        records.details["ab12"] = Answer.Of(Samples.complete)
        presenter.onEvent(LastPageEvent.Looked)
        assertEquals(LastPageState.Shown(Samples.complete, Samples.nowMs), presenter.state.value)
    }

    @Test
    fun `a record that cannot be read is not called complete`() {
        records.details["ab12"] = Answer.Not(Trouble.JournalDamaged(line = 9))
        presenter.onEvent(LastPageEvent.Looked)
        assertEquals(LastPageState.NotRead(Trouble.JournalDamaged(line = 9)), presenter.state.value)
    }
}
