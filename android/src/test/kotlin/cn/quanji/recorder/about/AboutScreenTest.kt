package cn.quanji.recorder.about

import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.Route
import cn.quanji.recorder.core.CoreFault
import cn.quanji.recorder.core.CoreState
import cn.quanji.recorder.testing.SMALL_PHONE
import cn.quanji.recorder.testing.TestApp
import cn.quanji.recorder.testing.app
import cn.quanji.recorder.testing.open
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = SMALL_PHONE)
class AboutScreenTest {
    @Test
    @Config(qualifiers = "+fr")
    fun `a phone in a third language shows Chinese`() {
        assertEquals("正在载入核心库……", RuntimeEnvironment.getApplication().getString(R.string.core_loading))
    }

    @Test
    fun `every fault has its own sentence`() {
        val sentences = CoreFault.entries.map { fault ->
            app.coreState = CoreState.Unavailable(fault)
            open(Route.About).get().findViewById<TextView>(R.id.core).text.toString()
        }
        assertEquals(CoreFault.entries.size, sentences.toSet().size)
        assertTrue(sentences.all(String::isNotBlank))
    }
}
