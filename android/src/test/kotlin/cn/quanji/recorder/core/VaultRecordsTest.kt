package cn.quanji.recorder.core

import cn.quanji.recorder.SceneOfRecord
import cn.quanji.recorder.recording.RecordingEvent
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.testing.SetConnection
import cn.quanji.recorder.testing.SimulatedPhone
import cn.quanji.recorder.ui.SHANGHAI
import java.time.LocalDate
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** What the pages show of records that the real core made of real encoded units, on a Monday morning. */
class VaultRecordsTest {
    private val phone = SimulatedPhone()

    @After
    fun close() = phone.close()

    @Test
    fun `a record that ended stands on the first page with its term`() {
        val record = recorded(seconds = 12.0)
        val home = of(records().home())
        val summary = home.records.single()
        assertEquals(record, summary.record)
        // Day 0 is Monday; Tuesday and Wednesday are the two working days.
        assertEquals(Countdown.Running(Deadline(endOf(2026, 11, 25), isProvisional = false)), summary.countdown)
        assertEquals(Beside.Nothing, summary.beside)
        assertEquals(Safekeeping.OnPhone(Waits.NotEnrolled), summary.safekeeping)
        assertEquals(Totals(waiting = 1, owed = 1, delivered = 0), home.totals)
    }

    @Test
    fun `a record of an activity tells how many of it wait on this phone and when the first is due`() {
        begin()
        phone.pass(3.0)
        val scene = SceneOfRecord(phone.recorder, phone.session.state, CoroutineScope(Dispatchers.Unconfined), Dispatchers.Unconfined)
        checkNotNull(scene.joining()) { "the record begins an activity" }
        end()
        val summary = of(records().home()).records.single()
        assertEquals(Beside.Nothing.copy(activity = ActivityTerm(1, endOf(2026, 11, 25))), summary.beside)
    }

    @Test
    fun `the last page names what is owed and the strip is as long as the film`() {
        // The camera runs until the stop can be taken back no more.
        val detail = of(records().detail(recorded(seconds = 12.0)))
        assertEquals(Claim.Withheld, detail.claim)
        assertTrue(Owed.PlaceDescription in detail.owed)
        assertEquals(detail.owed.size, detail.summary.owedCount)
        assertTrue("${detail.filmedMs}", detail.filmedMs in 22_000..24_000)
        assertEquals(1, detail.timeline.takes.size)
        assertEquals(listOf(Counts.Trigger, Counts.Working, Counts.Working), detail.days.map { it.counts })
    }

    @Test
    fun `what is written is signed into the record and owed no more`() {
        val record = recorded(seconds = 3.0)
        assertEquals(Answer.Of(Unit), unit(records().write(record, Written(Writing.Place, "东街十八号", certificate = null))))
        assertEquals(Answer.Of(Unit), unit(records().write(record, Written(Writing.Officers, "某甲", certificate = "14010026001"))))
        assertEquals(Answer.Of(Unit), unit(records().write(record, Written(Writing.Party, "某店", certificate = null))))
        assertEquals(Answer.Of(Unit), unit(records().write(record, Written(Writing.OpeningMissing, "现场混乱", certificate = null))))
        val left = of(records().detail(record)).owed
        assertTrue("$left", left.none { it is Owed.Opening || it == Owed.PlaceDescription || it == Owed.OfficersDescription || it == Owed.SubjectDescription })
    }

    @Test
    fun `a statement begins from what the record says, and one where nothing was recorded stands alone`() {
        val record = recorded(seconds = 3.0)
        val text = of(records().template(record, Writing.Statement(null)))
        assertTrue(text, "记录开始于：" in text && "（请填写）" in text)
        assertEquals(emptyList<Draft>(), of(records().drafts()))
        assertEquals(Answer.Of(Unit), unit(records().stateAlone(Written(Writing.Statement(null), "当日暴雨，未能录制", certificate = null))))
        val alone = of(records().home()).records.single { it.record != record }
        val detail = of(records().detail(alone.record))
        assertTrue("${detail.owed}", detail.owed.none { it is Owed.WrittenStatement })
        assertEquals(Moment.What.StatementWritten, detail.moments.single().what)
    }

    @Test
    fun `what happened stands on the page, is corrected by its line, and is away until the return`() {
        begin()
        phone.pass(3.0)
        val running = phone.running.record
        phone.recorder.officers(running, listOf(Officer("某甲", "14010026001")), holder = 0)
        for (event in listOf(RecordingEvent.PhraseSaid(PhraseOf.Certificates), RecordingEvent.SpanBegins(Secrecy.Privacy), RecordingEvent.Hindered(Obstruction.Violence))) {
            phone.session.onEvent(event)
            phone.pass(1.0)
        }
        assertEquals(Answer.Of(Unit), unit(records().checkOff(running, KeyContent.Persons, ChecklistState.Recorded)))
        val record = end()
        val whats = of(records().detail(record)).moments.map { it.what }
        for (what in listOf(Moment.What.Told(PhraseOf.Certificates), Moment.What.Confidential(Secrecy.Privacy, toMs = null), Moment.What.Hindered(Obstruction.Violence))) assertTrue("$what in $whats", what in whats)
        assertTrue(Moment.What.Checked(KeyContent.Persons, ChecklistState.Recorded) in whats)
        val line = of(records().detail(record)).moments.first { it.what is Moment.What.Hindered }.line
        assertEquals(Answer.Of(Unit), unit(records().write(record, Written(Writing.Correction(line), "只是推搡", certificate = null))))
        assertEquals(Answer.Of(Unit), unit(records().write(record, Written(Writing.Mistake, "误触", certificate = null))))
        assertEquals(Answer.Of(Unit), unit(records().declareAway(record, AwayGround.Remote)))
        assertTrue(of(records().detail(record)).summary.countdown is Countdown.WaitingForReturn)
        assertEquals(Answer.Of(Unit), unit(records().declareReturn(record)))
        val detail = of(records().detail(record))
        assertTrue(detail.summary.countdown is Countdown.Running)
        assertTrue(detail.moments.map { it.what }.containsAll(listOf(Moment.What.Corrected(line), Moment.What.Mistake, Moment.What.Away(AwayGround.Remote), Moment.What.Returned)))
        assertEquals(Answer.Of(Unit), unit(records().checkOff(record, KeyContent.Objects, ChecklistState.NotApplicable)))
        val states = of(records().standing(record)).checklist.associate { it.item to it.state }
        assertEquals(listOf(ChecklistState.Recorded, ChecklistState.NotApplicable, ChecklistState.Open), listOf(KeyContent.Persons, KeyContent.Objects, KeyContent.Measures).map(states::get))
    }

    @Test
    fun `a mark stands on the strip where it was made`() {
        begin()
        phone.pass(6.0)
        phone.session.onEvent(RecordingEvent.HoldDown)
        phone.pass(2.5)
        phone.session.onEvent(RecordingEvent.HoldUp)
        phone.session.onEvent(RecordingEvent.Mark)
        phone.pass(3.0)
        val record = end()
        val marks = of(records().detail(record)).timeline.chapters.filter { it.what == Timeline.What.Marked }
        assertEquals(1, marks.size)
        assertTrue("${marks.single().atMs}", marks.single().atMs in 7_500..9_500)
    }

    @Test
    fun `a record that was cut off is shown as such and can be ended`() {
        begin()
        phone.pass(5.0)
        phone.killed()
        val cutOff = of(records().home()).interrupted.single()
        assertEquals(Answer.Of(Unit), unit(records().endInterrupted(cutOff.record)))
        val home = of(records().home())
        assertEquals(emptyList<InterruptedRecord>(), home.interrupted)
        assertEquals(listOf(cutOff.record), home.records.map { it.record })
    }

    @Test
    fun `the self-check proves a record that is whole`() {
        val found = of(records().check(recorded(seconds = 5.0)))
        assertTrue("$found", found is SelfCheck.Whole && found.lines > 5)
    }

    @Test
    fun `a record that is not there is said to be none`() {
        assertTrue(records().detail("0".repeat(32)) is Answer.Not)
    }

    private fun records() = VaultRecords(phone.vault, SetConnection(Network.None), { endOf(2026, 11, 23) - 60_000 }, grew = {})

    private fun recorded(seconds: Double): String {
        begin()
        phone.pass(seconds)
        return end()
    }

    private fun begin() {
        phone.session.onEvent(RecordingEvent.Start(takeUp = null))
        phone.pass(0.5)
    }

    private fun end(): String {
        val record = phone.running.record
        phone.session.onEvent(RecordingEvent.StopOnPurpose)
        phone.pass(11.0)
        assertEquals(RecordingState.Ended(record), phone.session.state.value)
        return record
    }

    private fun <T> of(answer: Answer<T>): T = (answer as? Answer.Of ?: error("$answer")).value

    /** What the core did is all that is asked of it here. */
    private fun unit(answer: Answer<*>): Answer<Unit> = if (answer is Answer.Not) answer else Answer.Of(Unit)

    private fun endOf(year: Int, month: Int, day: Int) = LocalDate.of(year, month, day).plusDays(1).atStartOfDay(SHANGHAI).toInstant().toEpochMilli()
}
