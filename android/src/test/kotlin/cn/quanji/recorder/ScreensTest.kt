package cn.quanji.recorder

import cn.quanji.recorder.testing.Pictures
import cn.quanji.recorder.testing.SMALL_PHONE
import cn.quanji.recorder.testing.Screen
import cn.quanji.recorder.testing.TestApp
import cn.quanji.recorder.testing.open
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.ParameterizedRobolectricTestRunner
import org.robolectric.ParameterizedRobolectricTestRunner.Parameters
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** Every screen as it looks, in both languages, in light and dark, and with letters twice as large. */
@RunWith(ParameterizedRobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = SMALL_PHONE)
class ScreensTest(private val name: String, private val screen: Screen, private val look: Look) {
    @Test
    fun `looks as before`() {
        RuntimeEnvironment.setQualifiers("+${look.qualifiers}")
        RuntimeEnvironment.setFontScale(look.fontScale)
        Pictures.assertLooksAsBefore(name, Pictures.draw(open(screen).get()))
    }

    companion object {
        @JvmStatic
        @Parameters(name = "{0}")
        fun screens(): List<Array<Any>> =
            Screen.entries.flatMap { screen -> looks(screen).map { arrayOf("${screen.title}-${it.title}", screen, it) } }

        /** Recording is as dark by day as by night. */
        private fun looks(screen: Screen) =
            when {
                !screen.isMain -> listOf(Look.ALL.first())
                screen.route == Route.Recording -> Look.ALL.filter { "night" !in it.title }
                else -> Look.ALL
            }
    }
}

class Look(val title: String, val qualifiers: String, val fontScale: Float) {
    companion object {
        val ALL = listOf("zh" to "zh-rCN", "en" to "en").flatMap { (language, qualifier) ->
            listOf("" to "notnight", "-night" to "night").flatMap { (light, night) ->
                listOf("" to 1f, "-200" to 2f).map { (size, scale) -> Look("$language$light$size", "$qualifier-$night", scale) }
            }
        }
    }
}
