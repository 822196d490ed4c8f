package cn.quanji.recorder.ui

import android.view.View
import android.widget.TextView
import cn.quanji.recorder.core.ActivityTerm
import cn.quanji.recorder.core.Beside
import cn.quanji.recorder.core.Countdown
import cn.quanji.recorder.core.Deadline
import cn.quanji.recorder.core.RecordSummary
import cn.quanji.recorder.testing.SMALL_PHONE
import cn.quanji.recorder.testing.Samples
import cn.quanji.recorder.testing.TestApp
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = SMALL_PHONE)
class BesideWordsTest {
    @Before
    fun chinese() = RuntimeEnvironment.setQualifiers("+zh-rCN")

    @Test
    fun `the rule that sets the term is named with its article`() {
        assertEquals("从其规定：《某规定》第九条", said(Beside.Nothing.copy(specialRule = "《某规定》第九条")))
        assertNull(said(Beside.Nothing))
    }

    @Test
    fun `an agency's own day is said to be its own and once past that nothing else is`() {
        val (tomorrow, yesterday) = endMs to Samples.nowMs - 1
        assertEquals("单位规定：周二 24:00 前移交", said(Beside.Nothing.copy(ownStorageAtMs = tomorrow)))
        assertEquals("单位规定：文字材料 周二 24:00 前归档", said(Beside.Nothing.copy(ownFilingAtMs = tomorrow)))
        assertEquals("单位规定的移交日 今天 17:59 已过", said(Beside.Nothing.copy(ownStorageAtMs = yesterday)))
    }

    @Test
    fun `of the records of an activity the earliest says so and the others say which it is`() {
        assertEquals("同一执法活动 3 条记录中最早", said(of(ActivityTerm(3, endMs))))
        assertEquals("同一执法活动 3 条记录，最早 周二 24:00 前", said(of(ActivityTerm(3, endMs)), record(endMs + DAY_MS)))
        assertNull("one alone is compared with nothing", said(of(ActivityTerm(1, endMs))))
        assertNull("no term runs", said(of(ActivityTerm(2, earliestAtMs = null))))
    }

    @Test
    fun `of what is delivered nothing is said`() {
        assertNull(said(Beside.Nothing.copy(specialRule = "《某规定》第九条"), Samples.served))
    }

    private val endMs = ((Samples.sealing.countdown as Countdown.Running).deadline).endsAtMs

    private fun of(activity: ActivityTerm) = Beside.Nothing.copy(activity = activity)

    private fun record(endsAtMs: Long) = Samples.sealing.copy(countdown = Countdown.Running(Deadline(endsAtMs, isProvisional = false)))

    /** Null where the line is not there. */
    private fun said(beside: Beside, record: RecordSummary = Samples.sealing): String? {
        val view = TextView(RuntimeEnvironment.getApplication())
        view.showBeside(record.copy(beside = beside), Samples.nowMs)
        return view.text.toString().takeIf { view.visibility == View.VISIBLE }
    }

    private companion object {
        const val DAY_MS = 24 * 3_600_000L
    }
}
