package cn.quanji.recorder.recording

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.view.View
import android.widget.RemoteViews
import cn.quanji.recorder.MainActivity
import cn.quanji.recorder.R
import cn.quanji.recorder.core.Wish

/** The notification of a running record: its acts are large, and each is one press. */
class RecordingNotification(private val context: Context) {
    fun prepare() {
        val channel = NotificationChannel(CHANNEL, context.getString(R.string.notification_channel), NotificationManager.IMPORTANCE_LOW)
        channel.lockscreenVisibility = Notification.VISIBILITY_PUBLIC
        context.getSystemService(NotificationManager::class.java)!!.createNotificationChannel(channel)
    }

    fun make(isStopping: Boolean, beganAtMs: Long): Notification = Notification.Builder(context, CHANNEL)
        .setSmallIcon(R.drawable.sign_record)
        .setContentTitle(context.getString(R.string.notification_title))
        .setContentIntent(page())
        .setVisibility(Notification.VISIBILITY_PUBLIC)
        .setCategory(Notification.CATEGORY_SERVICE)
        .setUsesChronometer(true)
        .setWhen(beganAtMs)
        .setShowWhen(true)
        .setOngoing(true)
        .setOnlyAlertOnce(true)
        .setStyle(Notification.DecoratedCustomViewStyle())
        .setCustomBigContentView(acts(isStopping))
        .build()

    private fun acts(isStopping: Boolean) = RemoteViews(context.packageName, R.layout.notification).apply {
        ACTS.forEach { (id, wish) -> setOnClickPendingIntent(id, wishing(wish)) }
        setViewVisibility(R.id.notification_stop, if (isStopping) View.GONE else View.VISIBLE)
        setViewVisibility(R.id.notification_go_on, if (isStopping) View.VISIBLE else View.GONE)
    }

    private fun page() = PendingIntent.getActivity(context, 0, Intent(context, MainActivity::class.java), PendingIntent.FLAG_IMMUTABLE)

    private fun wishing(wish: Wish) = PendingIntent.getService(
        context, wish.ordinal, Intent(context, RecordingService::class.java).setAction(wish.name), PendingIntent.FLAG_IMMUTABLE,
    )

    companion object {
        const val ID = 1
        private const val CHANNEL = "recording"
        val ACTS = listOf(
            R.id.notification_mark to Wish.Mark,
            R.id.notification_photo to Wish.Photo,
            R.id.notification_spoken to Wish.Spoken,
            R.id.notification_stop to Wish.Stop,
            R.id.notification_go_on to Wish.Start,
        )
    }
}
