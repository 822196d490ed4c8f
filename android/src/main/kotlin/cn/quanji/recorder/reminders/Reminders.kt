package cn.quanji.recorder.reminders

import android.app.AlarmManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.content.SharedPreferences
import cn.quanji.recorder.core.RecordSummary

/** One notification of all that is due, and one alarm for when it changes by itself. Both follow the records: what a receipt covers is in neither. */
class Reminders(private val context: Context, private val kept: SharedPreferences, private val nowMs: () -> Long) {
    private val alarms = context.getSystemService(AlarmManager::class.java)!!
    private val notification = DueNotification(context)

    @Synchronized
    fun follow(records: List<RecordSummary>) {
        val now = nowMs()
        val due = Due.of(records, now)
        val before = kept.getStringSet(TOLD, null).orEmpty()
        if (due.records.isEmpty()) notification.takeBack() else notification.show(due, now, isNew = !before.containsAll(due.told))
        if (due.told != before) kept.edit().putStringSet(TOLD, due.told).apply()
        if (due.nextAtMs == null) alarms.cancel(alarm()) else set(due.nextAtMs)
    }

    /** What is owed cannot be read now: practice is on, or another has the vault. */
    fun lookLater() = set(nowMs() + LATER_MS)

    /** Also while the phone idles; to the minute is not needed, and no permission for it is asked. */
    private fun set(atMs: Long) = alarms.setAndAllowWhileIdle(AlarmManager.RTC_WAKEUP, atMs, alarm())

    private fun alarm() = PendingIntent.getBroadcast(context, 0, Intent(context, ReminderReceiver::class.java), PendingIntent.FLAG_IMMUTABLE)

    private companion object {
        const val TOLD = "told"
        const val LATER_MS = 30 * 60_000L
    }
}
