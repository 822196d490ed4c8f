package cn.quanji.recorder

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.Manifest.permission.CAMERA
import android.Manifest.permission.POST_NOTIFICATIONS
import android.Manifest.permission.RECORD_AUDIO
import android.content.Context
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.os.Build

/** What recording needs and the officer has not allowed yet. Without the place and the notification it works; without the others the record says so. */
fun Context.permissionsToAsk(): Array<String> {
    val wanted = mutableListOf(CAMERA, RECORD_AUDIO, ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) wanted += POST_NOTIFICATIONS
    return wanted.filter { checkSelfPermission(it) != PERMISSION_GRANTED }.toTypedArray()
}
