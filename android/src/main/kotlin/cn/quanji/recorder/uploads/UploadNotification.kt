package cn.quanji.recorder.uploads

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import cn.quanji.recorder.MainActivity
import cn.quanji.recorder.R

/** That something goes to the agency, while a job that the officer asked for does it: the system demands to be told, and so may the officer. */
class UploadNotification(private val context: Context) {
    fun make(): Notification {
        val channel = NotificationChannel(CHANNEL, context.getString(R.string.upload_channel), NotificationManager.IMPORTANCE_LOW)
        context.getSystemService(NotificationManager::class.java)!!.createNotificationChannel(channel)
        return Notification.Builder(context, CHANNEL)
            .setSmallIcon(R.drawable.sign_queue)
            .setContentTitle(context.getString(R.string.upload_title))
            .setContentIntent(PendingIntent.getActivity(context, 0, Intent(context, MainActivity::class.java), PendingIntent.FLAG_IMMUTABLE))
            .setCategory(Notification.CATEGORY_PROGRESS)
            .setOngoing(true)
            .build()
    }

    companion object {
        const val ID = 2
        private const val CHANNEL = "uploads"
    }
}
