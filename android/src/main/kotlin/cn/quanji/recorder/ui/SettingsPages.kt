package cn.quanji.recorder.ui

import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.net.Uri
import android.provider.Settings

/**
 * Opens the first of these pages of the phone's own settings that it has; where it has none, its page of this app, and at last its settings.
 *
 * They are tried one after the other: which of them a phone has, an app may not ask.
 */
fun Context.openSettings(vararg pages: Intent) {
    (pages.asList() + ofApp() + Intent(Settings.ACTION_SETTINGS)).any(::opens)
}

private fun Context.ofApp() = Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", packageName, null))

private fun Context.opens(page: Intent): Boolean =
    try {
        startActivity(page.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK))
        true
    } catch (_: ActivityNotFoundException) {
        false
    } catch (_: SecurityException) {
        // It is there, and not for other apps.
        false
    }
