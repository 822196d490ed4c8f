package cn.quanji.recorder

import android.os.Bundle
import android.widget.EditText
import android.widget.TextView
import cn.quanji.recorder.testing.SMALL_PHONE
import cn.quanji.recorder.testing.Screen
import cn.quanji.recorder.testing.TestApp
import cn.quanji.recorder.testing.open
import cn.quanji.recorder.testing.settle
import cn.quanji.recorder.testing.shown
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.ParameterizedRobolectricTestRunner
import org.robolectric.ParameterizedRobolectricTestRunner.Parameters
import org.robolectric.Robolectric
import org.robolectric.android.controller.ActivityController
import org.robolectric.annotation.Config

/** The system ended the process behind the screen; the officer comes back to where he was. */
@RunWith(ParameterizedRobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = SMALL_PHONE)
class RecreationTest(private val screen: Screen) {
    @Test
    fun `the same page with the same words comes back`() {
        val before = open(screen)
        type(before)
        val after = reborn(before)
        assertEquals(words(before), words(after))
        assertTrue(words(after).isNotEmpty())
    }

    private fun type(on: ActivityController<MainActivity>) {
        fields(on).forEachIndexed { index, field -> field.setText("第 $index 栏") }
        settle(on)
    }

    private fun reborn(before: ActivityController<MainActivity>): ActivityController<MainActivity> {
        val state = Bundle()
        before.pause().stop().saveInstanceState(state)
        return Robolectric.buildActivity(MainActivity::class.java).setup(state).also(::settle)
    }

    private fun page(of: ActivityController<MainActivity>) = shown(of.get().findViewById(R.id.page))

    private fun fields(of: ActivityController<MainActivity>) = page(of).filterIsInstance<EditText>()

    private fun words(of: ActivityController<MainActivity>) = page(of).filterIsInstance<TextView>().map { it.text.toString() }

    companion object {
        /** An open panel is not brought back: what is asked now is worth more. Nor is an invitation: a saved state would hold its secret. */
        @JvmStatic
        @Parameters(name = "{0}")
        fun screens(): List<Array<Any>> = Screen.entries.filter { it.press == null && it != Screen.EnrolmentComparing }.map { arrayOf(it) }
    }
}
