package cn.quanji.recorder.settings

import android.content.ComponentName

/**
 * Makers whose phones put apps to sleep by a list of their own, and the pages on which an officer takes the app off it.
 *
 * The pages have no public name, move from version to version, and some are closed to other apps: they stand in the order in which they are tried, newest first.
 */
enum class Maker(private val names: Set<String>, val pages: List<ComponentName>) {
    Xiaomi(setOf("xiaomi", "redmi", "poco"), listOf(page("com.miui.securitycenter", "com.miui.permcenter.autostart.AutoStartManagementActivity"))),
    Huawei(
        setOf("huawei"),
        listOf(
            page("com.huawei.systemmanager", "com.huawei.systemmanager.startupmgr.ui.StartupNormalAppListActivity"),
            page("com.huawei.systemmanager", "com.huawei.systemmanager.appcontrol.activity.StartupAppControlActivity"),
            page("com.huawei.systemmanager", "com.huawei.systemmanager.optimize.process.ProtectActivity"),
        ),
    ),
    Honor(
        setOf("honor"),
        listOf(
            page("com.hihonor.systemmanager", "com.hihonor.systemmanager.startupmgr.ui.StartupNormalAppListActivity"),
            // Of the years in which it was Huawei's.
            page("com.huawei.systemmanager", "com.huawei.systemmanager.startupmgr.ui.StartupNormalAppListActivity"),
        ),
    ),
    Oppo(
        setOf("oppo", "realme", "oneplus"),
        listOf(
            page("com.oplus.safecenter", "com.oplus.safecenter.startupapp.view.StartupAppListActivity"),
            page("com.coloros.safecenter", "com.coloros.safecenter.startupapp.StartupAppListActivity"),
            page("com.coloros.safecenter", "com.coloros.safecenter.permission.startup.StartupAppListActivity"),
            page("com.oppo.safe", "com.oppo.safe.permission.startup.StartupAppListActivity"),
        ),
    ),
    Vivo(
        setOf("vivo", "iqoo"),
        listOf(
            page("com.vivo.permissionmanager", "com.vivo.permissionmanager.activity.BgStartUpManagerActivity"),
            page("com.iqoo.secure", "com.iqoo.secure.ui.phoneoptimize.BgStartUpManager"),
        ),
    );

    companion object {
        /** By `Build.MANUFACTURER`; null for a maker that leaves it to Android. */
        fun of(manufacturer: String): Maker? = entries.find { manufacturer.lowercase() in it.names }
    }
}

private fun page(app: String, activity: String) = ComponentName(app, activity)
