package cn.quanji.recorder.about

import android.widget.TextView
import cn.quanji.recorder.MainActivity
import cn.quanji.recorder.R
import cn.quanji.recorder.core.CoreFault
import cn.quanji.recorder.core.CoreState
import cn.quanji.recorder.testing.Pictures
import cn.quanji.recorder.testing.TestApp
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = PHONE)
class AboutScreenTest {
    @Test
    fun `in Chinese`() = looksAsBefore("about-zh", "zh-rCN", CoreState.Loaded("0.1.0"))

    @Test
    fun `in English`() = looksAsBefore("about-en", "en", CoreState.Loaded("0.1.0"))

    @Test
    fun `in the dark`() = looksAsBefore("about-zh-night", "zh-rCN-night", CoreState.Loaded("0.1.0"))

    @Test
    fun `with letters twice as large`() = looksAsBefore("about-zh-200", "zh-rCN", CoreState.Loaded("0.1.0"), fontScale = 2f)

    @Test
    fun `without a core`() = looksAsBefore("about-zh-missing", "zh-rCN", CoreState.Unavailable(CoreFault.Missing))

    @Test
    @Config(qualifiers = "+fr")
    fun `a phone in a third language shows Chinese`() {
        assertEquals("正在载入核心库……", RuntimeEnvironment.getApplication().getString(R.string.core_loading))
    }

    @Test
    fun `every fault has its own sentence`() {
        val sentences = CoreFault.entries.map { open(CoreState.Unavailable(it)).findViewById<TextView>(R.id.core).text.toString() }
        assertEquals(CoreFault.entries.size, sentences.toSet().size)
        assertTrue(sentences.all(String::isNotBlank))
    }

    private fun looksAsBefore(name: String, qualifiers: String, core: CoreState, fontScale: Float = 1f) {
        RuntimeEnvironment.setQualifiers("+$qualifiers")
        RuntimeEnvironment.setFontScale(fontScale)
        Pictures.assertLooksAsBefore(name, Pictures.draw(open(core)))
    }

    private fun open(core: CoreState): MainActivity {
        (RuntimeEnvironment.getApplication() as TestApp).coreState = core
        val activity = Robolectric.buildActivity(MainActivity::class.java).setup().get()
        shadowOf(activity.mainLooper).idle()
        return activity
    }
}

private const val PHONE = "w411dp-h731dp-xhdpi"
