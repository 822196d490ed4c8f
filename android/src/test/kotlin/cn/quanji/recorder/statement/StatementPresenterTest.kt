package cn.quanji.recorder.statement

import cn.quanji.recorder.core.Answer
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
        assertEquals(StatementState(Writing.Statement(null), "暴雨", "", Step.NotSigned(Trouble.DiskFull)), presenter.state.value)
        presenter.onEvent(StatementEvent.Sign)
        worker.run()
        assertEquals(1, wentBack)
    }

    private fun presenter(about: Writing) = StatementPresenter("ab12", about, records, worker, CoroutineScope(Dispatchers.Unconfined)) { wentBack += 1 }
}
