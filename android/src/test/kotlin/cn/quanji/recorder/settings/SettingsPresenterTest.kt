package cn.quanji.recorder.settings

import cn.quanji.recorder.core.AgencyQuality
import cn.quanji.recorder.core.Step
import cn.quanji.recorder.testing.FakeBackgroundWork
import cn.quanji.recorder.testing.FakeIssuance
import cn.quanji.recorder.testing.FakePreferences
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test

class SettingsPresenterTest {
    private val preferences = FakePreferences()
    private val background = FakeBackgroundWork(mayBePutToSleep = true)
    private val issuance = FakeIssuance()
    private val presenter = SettingsPresenter(preferences, background, issuance, Dispatchers.Unconfined, CoroutineScope(Dispatchers.Unconfined)) {}

    @Test
    fun `a choice is kept and shown`() {
        presenter.onEvent(SettingsEvent.Choose(preferences.choices.value.copy(speaks = false)))
        assertFalse(preferences.choices.value.speaks)
        assertFalse(presenter.state.value.choices.speaks)
    }

    @Test
    fun `the advice about sleep is gone when the officer comes back from the settings`() {
        assertTrue(presenter.state.value.mayBePutToSleep)
        presenter.onEvent(SettingsEvent.StayAwake)
        assertEquals(1, background.opened)
        background.mayBePutToSleep = false
        presenter.onEvent(SettingsEvent.Looked)
        assertFalse(presenter.state.value.mayBePutToSleep)
    }

    @Test
    fun `what the agency decides of quality is known when the page is looked at`() {
        issuance.quality = AgencyQuality(Step.Hd, isHevc = true)
        presenter.onEvent(SettingsEvent.Looked)
        assertEquals(AgencyQuality(Step.Hd, isHevc = true), presenter.state.value.agency)
    }
}
