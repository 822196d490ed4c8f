package cn.quanji.recorder.reminders

import android.app.AlarmManager
import android.app.Notification
import android.app.NotificationManager
import android.content.Intent
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Countdown
import cn.quanji.recorder.core.Deadline
import cn.quanji.recorder.core.RecordSummary
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.testing.Samples
import cn.quanji.recorder.testing.TestApp
import cn.quanji.recorder.testing.app
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowLooper

@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = "zh-rCN")
class RemindersTest {
    private val manager get() = app.getSystemService(NotificationManager::class.java)
    private val alarms get() = shadowOf(app.getSystemService(AlarmManager::class.java))

    @Test
    fun `before anything is near nothing is said and an alarm waits`() {
        follow(owed(1, hoursLeft = 30))
        assertNull(shown())
        val alarm = alarms.scheduledAlarms.single()
        assertEquals(Samples.nowMs + 6 * HOUR, alarm.triggerAtMs)
        assertTrue("also while the phone idles", alarm.allowWhileIdle)
    }

    @Test
    fun `one notification says what is due and till when`() {
        follow(owed(1, hoursLeft = 3), owed(2, hoursLeft = 20), owed(3, hoursLeft = 90))
        assertEquals("2 份记录即将到移交期限", said(Notification.EXTRA_TITLE))
        assertTrue(said(Notification.EXTRA_TEXT), said(Notification.EXTRA_TEXT).endsWith("今天 21:00 前，还有 3 小时 0 分"))
        assertEquals(2, shown()!!.extras.getCharSequenceArray(Notification.EXTRA_TEXT_LINES)!!.size)
        assertEquals(1, manager.activeNotifications.size)
    }

    @Test
    fun `past its term it says so and that it can still be handed over`() {
        follow(owed(1, hoursLeft = -2).run { copy(countdown = Countdown.Past((countdown as Countdown.Running).deadline)) })
        assertEquals("1 份记录已过移交期限", said(Notification.EXTRA_TITLE))
        assertTrue(said(Notification.EXTRA_TEXT).endsWith("仍可移交"))
        assertEquals("nothing comes nearer by itself", 0, alarms.scheduledAlarms.size)
    }

    @Test
    fun `a receipt takes it back`() {
        follow(owed(1, hoursLeft = 3))
        follow()
        assertNull(shown())
        assertEquals(0, alarms.scheduledAlarms.size)
    }

    @Test
    fun `what was swiped away comes back when it gets nearer and not before`() {
        follow(owed(1, hoursLeft = 20))
        manager.cancel(DueNotification.ID)
        app.nowMs += HOUR
        follow(owed(1, hoursLeft = 20))
        assertNull("told once", shown())
        app.nowMs += 16 * HOUR
        follow(owed(1, hoursLeft = 20))
        assertTrue("three hours are left", said(Notification.EXTRA_TEXT).contains("还有 3 小时"))
        assertEquals("it is heard", 0, shown()!!.flags and Notification.FLAG_ONLY_ALERT_ONCE)
    }

    @Test
    fun `the phone's start sets the alarm again`() {
        app.records.home = { Answer.Of(Samples.home.copy(records = listOf(owed(1, hoursLeft = 23)))) }
        ReminderReceiver().onReceive(app, Intent(Intent.ACTION_BOOT_COMPLETED))
        ShadowLooper.idleMainLooper()
        assertEquals(Samples.nowMs + 19 * HOUR, alarms.scheduledAlarms.single().triggerAtMs)
        assertEquals("1 份记录即将到移交期限", said(Notification.EXTRA_TITLE))
    }

    @Test
    fun `what cannot be read now is looked at later, and what was said stays`() {
        follow(owed(1, hoursLeft = 3))
        app.records.home = { Answer.Not(Trouble.Busy) }
        ReminderReceiver().onReceive(app, Intent(app, ReminderReceiver::class.java))
        ShadowLooper.idleMainLooper()
        assertEquals(Samples.nowMs + HOUR / 2, alarms.scheduledAlarms.single().triggerAtMs)
        assertFalse(shown() == null)
    }

    private fun follow(vararg records: RecordSummary) = app.graph.reminders.follow(records.toList())

    private fun owed(number: Int, hoursLeft: Long): RecordSummary =
        Samples.sealing.copy(record = "$number".repeat(32), countdown = Countdown.Running(Deadline(Samples.nowMs + hoursLeft * HOUR, isProvisional = false, specialRule = null)))

    private fun shown(): Notification? = manager.activeNotifications.find { it.id == DueNotification.ID }?.notification

    private fun said(what: String): String = shown()!!.extras.getCharSequence(what).toString()

    private companion object {
        const val HOUR = 3_600_000L
    }
}
