package cn.quanji.recorder.statement

import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Draft
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.core.Writing
import cn.quanji.recorder.testing.FakeRecords
import cn.quanji.recorder.testing.WhenTold
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test

class StatementPresenterTest {
    private val records = FakeRecords()
    private val worker = WhenTold()
    private var wentBack = 0

    @Test
    fun `a statement is signed once however often the button is pressed`() {
        val presenter = presenter(Writing.Statement(17))
        records.writes += Answer.Of(Unit)
        presenter.onEvent(StatementEvent.Typed("设备没电 "))
        presenter.onEvent(StatementEvent.Sign)
        presenter.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(listOf<Pair<Writing, String>>(Writing.Statement(17) to "设备没电"), records.written)
        assertEquals(1, wentBack)
    }

    @Test
    fun `nothing is signed where nothing was written`() {
        val presenter = presenter(Writing.Place)
        presenter.onEvent(StatementEvent.Typed("  "))
        presenter.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(emptyList<Pair<Writing, String>>(), records.written)
    }

    @Test
    fun `an officer is named with the number of the certificate`() {
        val presenter = presenter(Writing.Officers)
        presenter.onEvent(StatementEvent.Typed("某甲"))
        assertFalse(presenter.state.value.isWritten)
        presenter.onEvent(StatementEvent.CertificateTyped("14010026001"))
        assertTrue(presenter.state.value.isWritten)
    }

    @Test
    fun `a text that was not taken is still there and can be signed again`() {
        val presenter = presenter(Writing.Statement(null))
        records.writes += Answer.Not(Trouble.DiskFull)
        records.writes += Answer.Of(Unit)
        presenter.onEvent(StatementEvent.Typed("暴雨"))
        presenter.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(StatementState(Writing.Statement(null), "暴雨", "", draft = null, isAlone = false, Step.NotSigned(Trouble.DiskFull)), presenter.state.value)
        presenter.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(1, wentBack)
    }

    @Test
    fun `what the agency drafted is shown word for word, changed, and signed by its name`() {
        records.drafts = Answer.Of(listOf(Draft("d0", "ab12", 9, "另一处"), Draft("d1", "ab12", 17, "设备没电。")))
        val presenter = presenter(Writing.Statement(17))
        presenter.onEvent(StatementEvent.Opened)
        worker.run()
        assertEquals("设备没电。", presenter.state.value.text)
        assertFalse(presenter.state.value.isChanged)
        presenter.onEvent(StatementEvent.Typed("设备没电，雨中。"))
        assertTrue(presenter.state.value.isChanged)
        presenter.onEvent(StatementEvent.DraftAgain)
        assertEquals("设备没电。", presenter.state.value.text)
        presenter.onEvent(StatementEvent.Typed("设备没电，雨中。"))
        // Looked at again, nothing of the officer's is overwritten.
        presenter.onEvent(StatementEvent.Opened)
        worker.run()
        records.writes += Answer.Of(Unit)
        presenter.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(listOf<Pair<Writing, String>>(Writing.Statement(17) to "设备没电，雨中。"), records.written)
        assertEquals(listOf<String?>("d1"), records.signedFrom)
        assertEquals(1, wentBack)
    }

    @Test
    fun `where the agency drafted nothing the record's template is filled in and names no draft`() {
        records.templates["ab12" to 17L] = "中止于 14:19。\n客观原因：（请填写）"
        val presenter = presenter(Writing.Statement(17))
        presenter.onEvent(StatementEvent.Opened)
        worker.run()
        assertTrue(presenter.state.value.hasBlanks)
        presenter.onEvent(StatementEvent.Typed("中止于 14:19。\n客观原因：暴雨"))
        assertFalse(presenter.state.value.hasBlanks)
        records.writes += Answer.Of(Unit)
        presenter.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(listOf<String?>(null), records.signedFrom)
    }

    @Test
    fun `a draft where nothing was recorded stands alone, and one that is gone is signed by nobody`() {
        records.drafts = Answer.Of(listOf(Draft("d2", record = null, interruption = null, "当日暴雨。")))
        val presenter = presenter(Subject.Drafted("d2"))
        presenter.onEvent(StatementEvent.Opened)
        worker.run()
        assertTrue(presenter.state.value.isAlone)
        records.writes += Answer.Of(Unit)
        presenter.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(listOf("当日暴雨。"), records.alone)
        val gone = presenter(Subject.Drafted("d3"))
        gone.onEvent(StatementEvent.Opened)
        worker.run()
        gone.onEvent(StatementEvent.Typed("我的话"))
        gone.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(Step.DraftGone, gone.state.value.step)
        assertEquals(listOf("当日暴雨。"), records.alone)
    }

    @Test
    fun `what was written before the process ended stays, and the draft is there beside it`() {
        records.drafts = Answer.Of(listOf(Draft("d1", "ab12", 17, "设备没电。")))
        val presenter = presenter(Writing.Statement(17))
        presenter.onEvent(StatementEvent.Typed("我的话"))
        presenter.onEvent(StatementEvent.Opened)
        worker.run()
        assertEquals("我的话", presenter.state.value.text)
        assertTrue(presenter.state.value.isChanged)
    }

    @Test
    fun `words that stood before the draft was there name no draft when they are signed`() {
        records.drafts = Answer.Of(listOf(Draft("d1", "ab12", 17, "设备没电。")))
        val presenter = presenter(Writing.Statement(17))
        presenter.onEvent(StatementEvent.Opened)
        presenter.onEvent(StatementEvent.Typed("我的话"))
        worker.run()
        records.writes += Answer.Of(Unit)
        presenter.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(listOf<Pair<Writing, String>>(Writing.Statement(17) to "我的话"), records.written)
        assertEquals(listOf<String?>(null), records.signedFrom)
    }

    @Test
    fun `a draft that was called for after own words is named when they are signed`() {
        records.drafts = Answer.Of(listOf(Draft("d1", "ab12", 17, "设备没电。")))
        val presenter = presenter(Writing.Statement(17))
        presenter.onEvent(StatementEvent.Opened)
        presenter.onEvent(StatementEvent.Typed("我的话"))
        worker.run()
        presenter.onEvent(StatementEvent.DraftAgain)
        presenter.onEvent(StatementEvent.Typed("设备没电，雨中。"))
        records.writes += Answer.Of(Unit)
        presenter.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(listOf<String?>("d1"), records.signedFrom)
    }

    @Test
    fun `words that came back after the process ended name their draft, read anew or not`() {
        for (isReadAnew in listOf(true, false)) {
            records.drafts = Answer.Of(listOf(Draft("d1", "ab12", 17, "设备没电。")))
            records.signedFrom.clear()
            val presenter = presenter(Writing.Statement(17))
            presenter.onEvent(StatementEvent.DraftWasRead("d1"))
            presenter.onEvent(StatementEvent.Typed("设备没电，雨中。"))
            presenter.onEvent(StatementEvent.Opened)
            if (isReadAnew) worker.run()
            assertTrue(presenter.state.value.isDraftRead)
            records.writes += Answer.Of(Unit)
            presenter.onEvent(StatementEvent.Sign)
            worker.run()
            assertEquals("$isReadAnew", listOf<String?>("d1"), records.signedFrom)
        }
    }

    @Test
    fun `words that came back name the edition that they are of, also when the agency has another by now`() {
        records.drafts = Answer.Of(listOf(Draft("d2", "ab12", 17, "设备没电，改写。")))
        val presenter = presenter(Writing.Statement(17))
        presenter.onEvent(StatementEvent.DraftWasRead("d1"))
        presenter.onEvent(StatementEvent.Typed("设备没电，雨中。"))
        presenter.onEvent(StatementEvent.Opened)
        worker.run()
        records.writes += Answer.Of(Unit)
        presenter.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(listOf<String?>("d1"), records.signedFrom)
    }

    @Test
    fun `a draft's page that came back is signed into its record though the draft was not read anew, and not where it is gone`() {
        records.drafts = Answer.Of(listOf(Draft("d1", "ab12", 17, "设备没电。")))
        val presenter = presenter(Subject.Drafted("d1"))
        presenter.onEvent(StatementEvent.DraftWasRead("d1"))
        presenter.onEvent(StatementEvent.Typed("设备没电，雨中。"))
        records.writes += Answer.Of(Unit)
        presenter.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(listOf<Pair<Writing, String>>(Writing.Statement(17) to "设备没电，雨中。"), records.written)
        assertEquals(listOf<String?>("d1"), records.signedFrom)
        records.drafts = Answer.Of(emptyList())
        val gone = presenter(Subject.Drafted("d1"))
        gone.onEvent(StatementEvent.Typed("设备没电，雨中。"))
        gone.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(Step.DraftGone, gone.state.value.step)
        assertEquals(1, records.signedFrom.size)
    }

    private fun presenter(about: Writing) = presenter(Subject.OfRecord("ab12", about))

    private fun presenter(subject: Subject) = StatementPresenter(subject, records, worker, CoroutineScope(Dispatchers.Unconfined)) { wentBack += 1 }
}
