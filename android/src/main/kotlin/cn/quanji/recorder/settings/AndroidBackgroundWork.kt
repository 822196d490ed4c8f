package cn.quanji.recorder.settings

import android.content.Context
import android.content.Intent
import android.os.Build
import android.os.PowerManager
import android.provider.Settings
import cn.quanji.recorder.ui.openSettings

/** Android's battery page, and the maker's own on phones that have one. */
class AndroidBackgroundWork(private val context: Context) : BackgroundWork {
    private val maker = Maker.of(Build.MANUFACTURER)
    override val hasMakersList = maker != null

    override fun mayBePutToSleep(): Boolean = !context.getSystemService(PowerManager::class.java).isIgnoringBatteryOptimizations(context.packageName)

    override fun openItsSettings() = context.openSettings(androids())

    override fun openMakersList() {
        val makers = maker?.pages.orEmpty().map { Intent().setComponent(it) }
        context.openSettings(*makers.toTypedArray(), androids())
    }

    private fun androids() = Intent(Settings.ACTION_IGNORE_BATTERY_OPTIMIZATION_SETTINGS)
}
