package cn.quanji.recorder.shiftcheck

import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.net.Uri
import android.provider.Settings

/** Pages are tried, one after the other: which of them a phone has, an app may not ask. */
class AndroidPhonePages(private val context: Context, private val openBackground: () -> Unit) : PhonePages {
    override fun open(page: PhonePage) {
        if (page == PhonePage.Background) return openBackground()
        listOfNotNull(wanted(page), ofApp(), Intent(Settings.ACTION_SETTINGS)).any(::open)
    }

    private fun wanted(page: PhonePage): Intent? =
        when (page) {
            PhonePage.App, PhonePage.Background -> null
            PhonePage.Notifications -> Intent(Settings.ACTION_APP_NOTIFICATION_SETTINGS).putExtra(Settings.EXTRA_APP_PACKAGE, context.packageName)
            PhonePage.Battery -> Intent(Intent.ACTION_POWER_USAGE_SUMMARY)
            PhonePage.BatterySaver -> Intent(Settings.ACTION_BATTERY_SAVER_SETTINGS)
            PhonePage.Location -> Intent(Settings.ACTION_LOCATION_SOURCE_SETTINGS)
            PhonePage.Date -> Intent(Settings.ACTION_DATE_SETTINGS)
        }

    private fun ofApp() = Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", context.packageName, null))

    private fun open(page: Intent): Boolean =
        try {
            context.startActivity(page.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK))
            true
        } catch (_: ActivityNotFoundException) {
            false
        } catch (_: SecurityException) {
            // There, and not for other apps.
            false
        }
}
