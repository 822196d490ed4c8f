package cn.quanji.recorder.licences

import cn.quanji.recorder.testing.SMALL_PHONE
import cn.quanji.recorder.testing.TestApp
import cn.quanji.recorder.testing.WhenTold
import cn.quanji.recorder.testing.app
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = SMALL_PHONE)
class LicencesTest {
    private val packed by lazy { AndroidLicences(app.resources).all() }

    @Test
    fun `the network's own notice stands first, with the names that it must carry`() {
        val silero = packed.first()
        assertEquals("MIT", silero.name)
        assertTrue(silero.components.single(), "Silero" in silero.components.single())
        assertTrue("Copyright (c) 2020-present Silero Team" in silero.text && "The above copyright notice and this permission notice shall be included" in silero.text)
    }

    @Test
    fun `every text that is packed says something and stands for something`() {
        for (licence in packed) assertTrue(licence.name, licence.components.isNotEmpty() && licence.components.none(String::isBlank) && licence.text.length > 200)
        val all = packed.flatMap { it.components }
        for (work in listOf("JNA", "Kotlin", "Kotlin coroutines", "libffi", "SQLite", "tokio", "ring", "rusqlite", "uniffi")) {
            assertTrue(work, all.any { it.startsWith("$work ") || it.startsWith("$work,") })
        }
        assertEquals("one text is packed once", packed.size, packed.map { it.text }.toSet().size)
    }

    @Test
    fun `a press opens a text and closes the one before, and another press closes it`() {
        val worker = WhenTold()
        val presenter = LicencesPresenter({ packed }, worker, CoroutineScope(Dispatchers.Unconfined))
        presenter.onEvent(LicencesEvent.Looked)
        assertEquals(LicencesState(null, open = 0), presenter.state.value)
        worker.run()
        presenter.onEvent(LicencesEvent.Pressed(3))
        assertEquals(LicencesState(packed, open = 3), presenter.state.value)
        presenter.onEvent(LicencesEvent.Pressed(3))
        assertEquals(null, presenter.state.value.open)
    }
}
