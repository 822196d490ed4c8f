package cn.quanji.recorder

import android.content.Context
import cn.quanji.recorder.testing.TestApp
import kotlin.math.max
import kotlin.math.min
import kotlin.math.pow
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** What is written can be read: the colours of ink and ground that meet on a page, by the formula of WCAG 2. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class ContrastTest {
    private val context: Context by lazy { RuntimeEnvironment.getApplication() }

    /** The recording page uses the same colours, in the dark and in full sun: all of them must hold there. */
    @Test
    @Config(qualifiers = "notnight")
    fun `ink stands out by seven to one in the light`() = inksStandOut()

    @Test
    @Config(qualifiers = "night")
    fun `ink stands out by seven to one in the dark`() = inksStandOut()

    @Test
    @Config(qualifiers = "notnight")
    fun `what can be pressed has an edge that is seen in the light`() = edgesAreSeen()

    @Test
    @Config(qualifiers = "night")
    fun `what can be pressed has an edge that is seen in the dark`() = edgesAreSeen()

    private fun inksStandOut() {
        for ((ink, ground) in INKS) assertAtLeast(7.0, ink, ground)
    }

    @Test
    fun `the word on the button that begins stands out by four and a half to one`() = assertAtLeast(4.5, R.color.on_start, R.color.start)

    /** WCAG asks 3:1 of shapes that carry meaning. */
    private fun edgesAreSeen() {
        for (edge in listOf(R.color.line, R.color.press, R.color.start, R.color.practice)) assertAtLeast(3.0, edge, R.color.page)
    }

    private fun assertAtLeast(wanted: Double, ink: Int, ground: Int) {
        val found = contrast(context.getColor(ink), context.getColor(ground))
        assertTrue("${name(ink)} on ${name(ground)}: $found, not $wanted", found >= wanted)
    }

    private fun name(color: Int) = context.resources.getResourceEntryName(color)

    private fun contrast(one: Int, other: Int): Double {
        val (bright, dark) = luminance(one).let { a -> luminance(other).let { b -> max(a, b) to min(a, b) } }
        return (bright + 0.05) / (dark + 0.05)
    }

    private fun luminance(color: Int): Double {
        val (red, green, blue) = listOf(16, 8, 0).map { shift ->
            val part = (color shr shift and 0xff) / 255.0
            if (part <= 0.03928) part / 12.92 else ((part + 0.055) / 1.055).pow(2.4)
        }
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    private companion object {
        val INKS = listOf(
            R.color.text to R.color.page,
            R.color.text to R.color.card,
            R.color.text_secondary to R.color.page,
            R.color.text_secondary to R.color.card,
            R.color.press to R.color.page,
            R.color.press to R.color.card,
            R.color.on_press to R.color.press,
            R.color.recording to R.color.page,
            R.color.amber to R.color.amber_ground,
            R.color.amber to R.color.page,
            R.color.safe to R.color.safe_ground,
            R.color.waiting to R.color.waiting_ground,
            R.color.practice to R.color.practice_ground,
            R.color.qr_module to R.color.qr_ground,
        )
    }
}
