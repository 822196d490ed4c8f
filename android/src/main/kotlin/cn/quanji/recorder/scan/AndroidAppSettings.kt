package cn.quanji.recorder.scan

import android.content.Context
import cn.quanji.recorder.ui.openSettings

class AndroidAppSettings(private val context: Context) : AppSettings {
    override fun open() = context.openSettings()
}
