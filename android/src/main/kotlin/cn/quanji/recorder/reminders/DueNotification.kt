package cn.quanji.recorder.reminders

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import cn.quanji.recorder.MainActivity
import cn.quanji.recorder.R
import cn.quanji.recorder.ui.countdown
import cn.quanji.recorder.ui.title

/** What is due and till when, as people say it; no name and no place is in it. */
class DueNotification(private val context: Context) {
    private val manager = context.getSystemService(NotificationManager::class.java)!!

    /** [isNew]: something got nearer that the officer was not told of. Otherwise only one that still stands says anew how long it is. */
    fun show(due: Due, nowMs: Long, isNew: Boolean) {
        if (!isNew && manager.activeNotifications.none { it.id == ID }) return
        manager.createNotificationChannel(NotificationChannel(CHANNEL, context.getString(R.string.due_channel), NotificationManager.IMPORTANCE_HIGH))
        manager.notify(ID, make(due, nowMs, isNew))
    }

    fun takeBack() = manager.cancel(ID)

    private fun make(due: Due, nowMs: Long, isNew: Boolean): Notification {
        val lines = due.records.map { line(it, nowMs) }
        val style = Notification.InboxStyle()
        lines.take(LINES).forEach(style::addLine)
        if (lines.size > LINES) style.setSummaryText(context.getString(R.string.due_more, (lines.size - LINES).toString()))
        return Notification.Builder(context, CHANNEL)
            .setSmallIcon(R.drawable.sign_owed)
            .setContentTitle(title(due))
            .setContentText(lines.first())
            .setStyle(style)
            .setContentIntent(PendingIntent.getActivity(context, 0, Intent(context, MainActivity::class.java), PendingIntent.FLAG_IMMUTABLE))
            .setCategory(Notification.CATEGORY_REMINDER)
            .setOnlyAlertOnce(!isNew)
            .build()
    }

    private fun title(due: Due): String {
        val past = due.records.count { it.since == Due.Near.Past }
        return if (past > 0) context.getString(R.string.due_past, past.toString()) else context.getString(R.string.due_title, due.records.size.toString())
    }

    private fun line(owed: Due.Owed, nowMs: Long): String = context.resources.run {
        getString(R.string.due_line, title(owed.record.matter, owed.record.beganAtMs, nowMs), countdown(owed.record.countdown, nowMs))
    }

    companion object {
        const val ID = 3
        const val CHANNEL = "due"
        private const val LINES = 5
    }
}
