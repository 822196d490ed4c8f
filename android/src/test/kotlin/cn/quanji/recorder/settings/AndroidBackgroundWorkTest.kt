package cn.quanji.recorder.settings

import android.app.Application
import android.content.ComponentName
import android.content.IntentFilter
import android.os.PowerManager
import android.provider.Settings
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowBuild

@RunWith(RobolectricTestRunner::class)
@Config(application = Application::class)
class AndroidBackgroundWorkTest {
    private val app get() = RuntimeEnvironment.getApplication()

    /** As on a phone: what is not there cannot be opened. */
    @Before
    fun onlyWhatIsThere() {
        shadowOf(app).checkActivities(true)
        install(ComponentName("com.android.settings", "Details"), Settings.ACTION_APPLICATION_DETAILS_SETTINGS)
    }

    @Test
    fun `each maker's own page is opened where its phone has it`() {
        for ((manufacturer, maker) in NAMES) {
            ShadowBuild.setManufacturer(manufacturer)
            for (page in maker.pages.reversed()) {
                install(page, action = null)
                AndroidBackgroundWork(app).openMakersList()
                assertEquals("$manufacturer: the newest that is there", page, shadowOf(app).nextStartedActivity.component)
            }
            maker.pages.forEach(shadowOf(app.packageManager)::removeActivity)
        }
    }

    @Test
    fun `where the maker's page is gone Android's is opened`() {
        install(ComponentName("com.android.settings", "Battery"), Settings.ACTION_IGNORE_BATTERY_OPTIMIZATION_SETTINGS)
        for (manufacturer in NAMES.keys) {
            ShadowBuild.setManufacturer(manufacturer)
            AndroidBackgroundWork(app).openMakersList()
            assertEquals(manufacturer, Settings.ACTION_IGNORE_BATTERY_OPTIMIZATION_SETTINGS, shadowOf(app).nextStartedActivity.action)
        }
    }

    @Test
    fun `a phone without a battery list shows the app's own page`() {
        AndroidBackgroundWork(app).openItsSettings()
        val opened = shadowOf(app).nextStartedActivity
        assertEquals(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, opened.action)
        assertEquals("package:" + app.packageName, opened.dataString)
    }

    @Test
    fun `a phone that leaves it to Android is offered no other list`() {
        ShadowBuild.setManufacturer("Google")
        assertFalse(AndroidBackgroundWork(app).hasMakersList)
        ShadowBuild.setManufacturer("HUAWEI")
        assertTrue(AndroidBackgroundWork(app).hasMakersList)
    }

    @Test
    fun `whether it may be put to sleep is what Android says`() {
        assertTrue(AndroidBackgroundWork(app).mayBePutToSleep())
        shadowOf(app.getSystemService(PowerManager::class.java)).setIgnoringBatteryOptimizations(app.packageName, true)
        assertFalse(AndroidBackgroundWork(app).mayBePutToSleep())
    }

    private fun install(page: ComponentName, action: String?) {
        val packages = shadowOf(app.packageManager)
        packages.addActivityIfNotPresent(page)
        if (action == null) return
        packages.addIntentFilterForActivity(page, IntentFilter(action).apply { addCategory("android.intent.category.DEFAULT") })
        // The page of an app is asked for by its name.
        packages.addIntentFilterForActivity(page, IntentFilter(action).apply { addCategory("android.intent.category.DEFAULT"); addDataScheme("package") })
    }

    private companion object {
        val NAMES = mapOf(
            "Xiaomi" to Maker.Xiaomi, "HUAWEI" to Maker.Huawei, "HONOR" to Maker.Honor, "OPPO" to Maker.Oppo, "realme" to Maker.Oppo, "vivo" to Maker.Vivo,
        )
    }
}
