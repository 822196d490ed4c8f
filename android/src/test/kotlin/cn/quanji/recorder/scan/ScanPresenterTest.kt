package cn.quanji.recorder.scan

import cn.quanji.recorder.capture.FinderSays
import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.testing.FakeFinder
import cn.quanji.recorder.testing.NoPane
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test

class ScanPresenterTest {
    private val finder = FakeFinder()
    private val taken = ArrayList<String>()
    private var wentBack = 0
    private var opened = 0
    private val presenter = ScanPresenter(
        CodeWanted.Invitation, finder, { text -> (text == "wanted").also { if (it) taken += text } }, { opened += 1 }, CoroutineScope(Dispatchers.Unconfined), { wentBack += 1 },
    )

    @Test
    fun `the camera is used while there is a pane to look on and no longer`() {
        assertFalse(finder.isLooking)
        presenter.onEvent(ScanEvent.PaneCame(NoPane))
        assertTrue(finder.isLooking)
        finder.told(FinderSays.Looks)
        assertEquals(Sight.Looking(sawAnother = false), sight())
        presenter.onEvent(ScanEvent.PaneWent)
        assertFalse(finder.isLooking)
    }

    @Test
    fun `the wanted code leads back and is taken once however many pictures it is read in`() {
        look()
        val told = finder.told
        repeat(3) { told(FinderSays.Read("wanted")) }
        assertEquals(1, wentBack)
        assertEquals(listOf("wanted"), taken)
    }

    @Test
    fun `another code is said and looking goes on`() {
        look()
        finder.told(FinderSays.Read("a poster"))
        assertEquals(Sight.Looking(sawAnother = true), sight())
        assertEquals(0, wentBack)
        finder.told(FinderSays.Read("wanted"))
        assertEquals(1, wentBack)
    }

    @Test
    fun `a camera that was refused has its way to the settings and to the keyboard`() {
        finder.says = FinderSays.NotPermitted
        presenter.onEvent(ScanEvent.PaneCame(NoPane))
        assertEquals(Sight.NotPermitted, sight())
        presenter.onEvent(ScanEvent.SettingsAsked)
        presenter.onEvent(ScanEvent.TypeInstead)
        assertEquals(listOf(1, 1), listOf(opened, wentBack))
    }

    @Test
    fun `a record that begins takes the camera and the page says so`() {
        look()
        finder.told(FinderSays.Recording)
        assertEquals(Sight.Recording, sight())
    }

    private fun look() {
        presenter.onEvent(ScanEvent.PaneCame(NoPane))
        finder.told(FinderSays.Looks)
    }

    private fun sight() = presenter.state.value.sight
}
