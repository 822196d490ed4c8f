package cn.quanji.recorder.emergency

import android.app.PendingIntent
import android.content.Intent
import android.os.Build
import android.service.quicksettings.TileService
import cn.quanji.recorder.NewerApi

/** The tile of the quick settings: one press, also over the lock screen. */
class EmergencyTile : TileService() {
    override fun onClick() {
        val start = Intent(this, EmergencyActivity::class.java).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK)
        @Suppress("DEPRECATION") // Its successor needs API 34.
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE) collapse(start) else startActivityAndCollapse(start)
    }

    @NewerApi
    private fun collapse(start: Intent) = startActivityAndCollapse(PendingIntent.getActivity(this, 0, start, PendingIntent.FLAG_IMMUTABLE))
}
