package cn.quanji.recorder

import android.widget.TextView
import cn.quanji.recorder.core.CoreState
import cn.quanji.recorder.testing.open
import cn.quanji.recorder.testing.waitUntil
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** The app as it is put together for a phone, with the core of this machine. */
@RunWith(RobolectricTestRunner::class)
@Config(qualifiers = "zh-rCN")
class RealCoreTest {
    @Test
    fun `the page about the app shows the version that the core itself says`() {
        val version = System.getProperty("quanji.version")!!
        val activity = open(Route.About).get()
        // The same call, and it blocks: once it has answered, the page's own one has only its way to the main thread left.
        assertEquals(CoreState.Loaded(version), (RuntimeEnvironment.getApplication() as HasAppGraph).graph.core.load())
        val shown = activity.findViewById<TextView>(R.id.core)
        val loading = activity.getString(R.string.core_loading)
        waitUntil("the core is loaded", meanwhile = { shadowOf(activity.mainLooper).idle() }) { shown.text.toString() != loading }
        assertEquals("核心库版本 $version", shown.text.toString())
    }
}
