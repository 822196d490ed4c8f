package cn.quanji.recorder

import android.graphics.Rect
import android.view.View
import android.widget.EditText
import android.widget.ProgressBar
import android.widget.TextView
import cn.quanji.recorder.testing.SMALL_PHONE
import cn.quanji.recorder.testing.Screen
import cn.quanji.recorder.testing.TestApp
import cn.quanji.recorder.testing.open
import cn.quanji.recorder.testing.shown
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.ErrorCollector
import org.junit.runner.RunWith
import org.robolectric.ParameterizedRobolectricTestRunner
import org.robolectric.ParameterizedRobolectricTestRunner.Parameters
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** Whoever has wet gloves, weak eyes or none finds and reaches everything on every screen. */
@RunWith(ParameterizedRobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = SMALL_PHONE)
class ReachTest(private val name: String, private val screen: Screen, private val look: Look) {
    private val page by lazy {
        RuntimeEnvironment.setQualifiers("+${look.qualifiers}")
        RuntimeEnvironment.setFontScale(look.fontScale)
        shown(open(screen).get().findViewById(R.id.page))
    }

    @get:Rule
    val all = ErrorCollector()

    /** One drawn page serves all questions: drawing is what takes the time. */
    @Test
    fun `everything is found and reached`() {
        all.checkSucceeds { `a glove hits what can be pressed`() }
        all.checkSucceeds { `what can be pressed says what it does`() }
        all.checkSucceeds { `no word is cut off`() }
        all.checkSucceeds { `nothing stands outside its frame or upon its neighbour`() }
        all.checkSucceeds { `what is read aloud comes in the order in which it stands`() }
    }

    private fun `a glove hits what can be pressed`() {
        // At one pixel a dp: pixels are dp.
        val least = if (screen.route == Route.Recording) 64 else 48
        val small = page.filter { it.isClickable && !isOnlySelectable(it) }.filter { it.width < least || it.height < least }
        assertEquals("$name: smaller than $least dp", emptyList<String>(), small.map { "${words(it)} ${it.width}×${it.height}" })
    }

    private fun `what can be pressed says what it does`() {
        val mute = page.filter { it.isClickable && words(it).isBlank() }
        assertEquals("$name: says nothing", emptyList<String>(), mute.map { it.javaClass.simpleName })
    }

    private fun `no word is cut off`() {
        val cut = page.filterIsInstance<TextView>().filter { it.text.isNotEmpty() && isCut(it) }
        assertEquals("$name: cut off", emptyList<String>(), cut.map { it.text.toString() })
    }

    private fun `nothing stands outside its frame or upon its neighbour`() {
        val leaves = page.filter { it is TextView || it is ProgressBar }
        val outside = leaves.filter { it.left < 0 || it.right > (it.parent as View).width }
        assertEquals("$name: outside", emptyList<String>(), outside.map(::words))
        val places = places(leaves)
        for ((index, one) in places.withIndex()) for (other in places.drop(index + 1)) {
            assertTrue("$name: “${words(one.first)}” lies on “${words(other.first)}”", !Rect.intersects(one.second, other.second))
        }
    }

    private fun `what is read aloud comes in the order in which it stands`() {
        for ((before, after) in places(page.filter { it is TextView && words(it).isNotBlank() }).zipWithNext()) {
            val isBelow = after.second.top >= before.second.bottom
            val isBeside = after.second.left >= before.second.right
            assertTrue("$name: “${words(after.first)}” is read after “${words(before.first)}”", isBelow || isBeside)
        }
    }

    /** What of each can be seen; what is scrolled away stands nowhere. */
    private fun places(of: List<View>): List<Pair<View, Rect>> = of.mapNotNull { view -> Rect().takeIf(view::getGlobalVisibleRect)?.let { view to it } }

    private fun isCut(text: TextView): Boolean {
        val layout = text.layout ?: return true
        val room = text.height - text.compoundPaddingTop - text.compoundPaddingBottom
        val isEllipsized = (0 until layout.lineCount).any { layout.getEllipsisCount(it) > 0 }
        val isWider = (0 until layout.lineCount).any { layout.getLineMax(it) > text.width - text.compoundPaddingLeft - text.compoundPaddingRight + 1 }
        return isEllipsized || layout.height > room || isWider || breaksAWord(text)
    }

    /** A latin word that goes on in the next line without a hyphen; what can be copied is a number or a code, and no word. */
    private fun breaksAWord(text: TextView): Boolean {
        val layout = text.layout
        return (1 until layout.lineCount).any { line ->
            val at = layout.getLineStart(line)
            val (before, after) = text.text[at - 1] to text.text[at]
            text !is EditText && !text.isTextSelectable && before.isLatin() && after.isLatin()
        }
    }

    private fun Char.isLatin() = this in 'a'..'z' || this in 'A'..'Z'

    /** A text that can be selected takes clicks, and nothing follows from them. */
    private fun isOnlySelectable(view: View) = view is TextView && view.isTextSelectable

    private fun words(view: View): String =
        view.contentDescription?.toString()
            ?: (view as? EditText)?.let { it.hint?.toString() ?: labelOf(it) }
            ?: (view as? TextView)?.text?.toString()
            ?: shown(view).filterIsInstance<TextView>().joinToString(" ") { it.text }

    private fun labelOf(field: EditText): String = page.filterIsInstance<TextView>().find { it.labelFor == field.id }?.text?.toString().orEmpty()

    companion object {
        @JvmStatic
        @Parameters(name = "{0}")
        fun screens(): List<Array<Any>> =
            Screen.entries.flatMap { screen -> Look.ALL.filter { "night" !in it.title }.map { arrayOf("${screen.title}-${it.title}", screen, it) } }
    }
}
