package cn.quanji.recorder.settings

import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.net.Uri
import android.os.Build
import android.os.PowerManager
import android.provider.Settings

/** Android's battery page, and the maker's own on phones that have one. Pages are tried: whether another's is there, an app may not ask. */
class AndroidBackgroundWork(private val context: Context) : BackgroundWork {
    private val maker = Maker.of(Build.MANUFACTURER)
    override val hasMakersList = maker != null

    override fun mayBePutToSleep(): Boolean = !context.getSystemService(PowerManager::class.java).isIgnoringBatteryOptimizations(context.packageName)

    override fun openItsSettings() {
        val pages = listOf(
            Intent(Settings.ACTION_IGNORE_BATTERY_OPTIMIZATION_SETTINGS),
            Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", context.packageName, null)),
            Intent(Settings.ACTION_SETTINGS),
        )
        pages.any(::open)
    }

    override fun openMakersList() {
        if (maker == null || maker.pages.none { open(Intent().setComponent(it)) }) openItsSettings()
    }

    private fun open(page: Intent): Boolean =
        try {
            context.startActivity(page.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK))
            true
        } catch (_: ActivityNotFoundException) {
            false
        } catch (_: SecurityException) {
            // The maker's page is there and not for other apps.
            false
        }
}
