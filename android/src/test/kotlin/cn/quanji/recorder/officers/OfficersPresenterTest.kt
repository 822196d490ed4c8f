package cn.quanji.recorder.officers

import cn.quanji.recorder.core.Officer
import cn.quanji.recorder.testing.FakeRoster
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

class OfficersPresenterTest {
    private val roster = FakeRoster()
    private val presenter = OfficersPresenter(roster, Dispatchers.Unconfined, CoroutineScope(Dispatchers.Unconfined))

    @Test
    fun `an officer is remembered by name and certificate, and forgotten when asked`() {
        type("甲某", " 14010026001 ")
        presenter.onEvent(OfficersEvent.Add)
        assertEquals(listOf(Officer("甲某", "14010026001")), presenter.state.value.officers)
        assertEquals("", presenter.state.value.name)
        presenter.onEvent(OfficersEvent.Remove(Officer("甲某", "14010026001")))
        assertEquals(emptyList<Officer>(), presenter.state.value.officers)
    }

    @Test
    fun `a name without a certificate is nobody yet`() {
        type("甲某", " ")
        presenter.onEvent(OfficersEvent.Add)
        assertEquals(emptyList<Officer>(), roster.officers.value)
    }

    @Test
    fun `what could not be kept stays where it was typed`() {
        roster.isLocked = true
        type("甲某", "14010026001")
        presenter.onEvent(OfficersEvent.Add)
        assertTrue(presenter.state.value.isNotKept)
        assertEquals("甲某", presenter.state.value.name)
    }

    private fun type(name: String, certificate: String) {
        presenter.onEvent(OfficersEvent.NameTyped(name))
        presenter.onEvent(OfficersEvent.CertificateTyped(certificate))
    }
}
