package cn.quanji.recorder.scan

import android.content.Context
import android.content.Intent
import android.net.Uri
import android.provider.Settings

class AndroidAppSettings(private val context: Context) : AppSettings {
    override fun open() {
        val page = Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", context.packageName, null))
        context.startActivity(page.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK))
    }
}
