package cn.quanji.recorder.checklist

import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.ChecklistItem
import cn.quanji.recorder.core.ChecklistState as Stands
import cn.quanji.recorder.core.KeyContent
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.testing.FakeRecords
import cn.quanji.recorder.testing.Samples
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Test

class ChecklistPresenterTest {
    private val records = FakeRecords().apply { standings["ab12"] = Answer.Of(Samples.standing) }
    private val presenter = ChecklistPresenter("ab12", records, Dispatchers.Unconfined, CoroutineScope(Dispatchers.Unconfined))

    @Test
    fun `what is shown is what stands in the record and not what was pressed`() {
        presenter.onEvent(ChecklistEvent.Looked)
        records.checks += Answer.Of(Unit)
        presenter.onEvent(ChecklistEvent.Chosen(KeyContent.Objects, Stands.Recorded))
        assertEquals(listOf(KeyContent.Objects to Stands.Recorded), records.checked)
        assertEquals(Samples.standing.checklist, presenter.state.value.items)
        val noted = Samples.standing.checklist.map { if (it.item == KeyContent.Objects) ChecklistItem(it.item, Stands.Recorded) else it }
        records.standings["ab12"] = Answer.Of(Samples.standing.copy(checklist = noted))
        presenter.onEvent(ChecklistEvent.Looked)
        assertEquals(noted, presenter.state.value.items)
    }

    @Test
    fun `a press that was not noted says why`() {
        records.checks += Answer.Not(Trouble.Busy)
        presenter.onEvent(ChecklistEvent.Chosen(KeyContent.Persons, Stands.NotApplicable))
        assertEquals(Trouble.Busy, presenter.state.value.trouble)
    }
}
