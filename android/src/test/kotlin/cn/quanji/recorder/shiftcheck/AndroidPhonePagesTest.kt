package cn.quanji.recorder.shiftcheck

import android.app.Application
import android.content.ComponentName
import android.content.IntentFilter
import android.provider.Settings
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(application = Application::class)
class AndroidPhonePagesTest {
    private val app get() = RuntimeEnvironment.getApplication()
    private var background = 0
    private val pages by lazy { AndroidPhonePages(app) { background += 1 } }

    /** As on a phone: what is not there cannot be opened. */
    @Before
    fun onlyWhatIsThere() {
        shadowOf(app).checkActivities(true)
        install("Details", Settings.ACTION_APPLICATION_DETAILS_SETTINGS)
    }

    @Test
    fun `each page is opened where the phone has it`() {
        val actions = mapOf(
            PhonePage.BatterySaver to Settings.ACTION_BATTERY_SAVER_SETTINGS,
            PhonePage.Location to Settings.ACTION_LOCATION_SOURCE_SETTINGS,
            PhonePage.Date to Settings.ACTION_DATE_SETTINGS,
            PhonePage.App to Settings.ACTION_APPLICATION_DETAILS_SETTINGS,
        )
        for ((page, action) in actions) {
            if (page != PhonePage.App) install(page.name, action)
            pages.open(page)
            assertEquals(action, shadowOf(app).nextStartedActivity.action)
        }
    }

    @Test
    fun `a page that the phone does not have is replaced by its page of the app`() {
        for (page in PhonePage.entries - PhonePage.Background) {
            pages.open(page)
            val opened = shadowOf(app).nextStartedActivity
            assertEquals(page.name, Settings.ACTION_APPLICATION_DETAILS_SETTINGS, opened.action)
            assertEquals("package:" + app.packageName, opened.dataString)
        }
    }

    @Test
    fun `what the app may do in the background has the way of the settings page`() {
        pages.open(PhonePage.Background)
        assertEquals(1, background)
        assertNull(shadowOf(app).nextStartedActivity)
    }

    private fun install(name: String, action: String) {
        val component = ComponentName("com.android.settings", name)
        val packages = shadowOf(app.packageManager)
        packages.addActivityIfNotPresent(component)
        packages.addIntentFilterForActivity(component, IntentFilter(action).apply { addCategory("android.intent.category.DEFAULT") })
        // The page of an app is asked for by its name.
        packages.addIntentFilterForActivity(component, IntentFilter(action).apply { addCategory("android.intent.category.DEFAULT"); addDataScheme("package") })
    }
}
