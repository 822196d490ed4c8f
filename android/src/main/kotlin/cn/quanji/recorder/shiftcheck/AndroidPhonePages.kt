package cn.quanji.recorder.shiftcheck

import android.content.Context
import android.content.Intent
import android.provider.Settings
import cn.quanji.recorder.ui.openSettings

class AndroidPhonePages(private val context: Context, private val openBackground: () -> Unit) : PhonePages {
    override fun open(page: PhonePage) =
        when (page) {
            PhonePage.App -> context.openSettings()
            PhonePage.Background -> openBackground()
            PhonePage.Notifications -> context.openSettings(Intent(Settings.ACTION_APP_NOTIFICATION_SETTINGS).putExtra(Settings.EXTRA_APP_PACKAGE, context.packageName))
            PhonePage.Battery -> context.openSettings(Intent(Intent.ACTION_POWER_USAGE_SUMMARY))
            PhonePage.BatterySaver -> context.openSettings(Intent(Settings.ACTION_BATTERY_SAVER_SETTINGS))
            PhonePage.Location -> context.openSettings(Intent(Settings.ACTION_LOCATION_SOURCE_SETTINGS))
            PhonePage.Date -> context.openSettings(Intent(Settings.ACTION_DATE_SETTINGS))
        }
}
