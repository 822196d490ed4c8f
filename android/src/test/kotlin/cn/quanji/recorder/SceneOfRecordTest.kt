package cn.quanji.recorder

import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Crew
import cn.quanji.recorder.core.Joins
import cn.quanji.recorder.core.Matter
import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.PartyKnown
import cn.quanji.recorder.core.Recorder
import cn.quanji.recorder.core.RunningStatus
import cn.quanji.recorder.core.SceneChosen
import cn.quanji.recorder.core.SealedFiles
import cn.quanji.recorder.core.StartedBy
import cn.quanji.recorder.core.Vault
import cn.quanji.recorder.core.Wrapping
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.testing.Samples
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.MutableStateFlow
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

/** With the core of this machine and a vault on its disk. */
class SceneOfRecordTest {
    @get:Rule
    val folder = TemporaryFolder()

    private lateinit var vault: Vault
    private lateinit var recorder: Recorder
    private val session = MutableStateFlow<RecordingState>(RecordingState.Idle)
    private val scenes by lazy { SceneOfRecord(recorder, session, CoroutineScope(Dispatchers.Unconfined), Dispatchers.Unconfined) }

    @Before
    fun openVault() {
        vault = Vault(folder.newFolder("vault"), SealedFiles(folder.newFolder("secrets"), Unwrapped), bootCount = 1, version = "0.1.0")
        recorder = Recorder(vault)
    }

    /** What still runs would go on writing where nothing is any more. */
    @After
    fun close() = vault.close()

    @Test
    fun `what was chosen before the start is said once the record runs`() {
        scenes.choose(SceneChosen(Matter.Sealing, PartyKnown.Present))
        begin()
        assertTrue(Owed.SubjectDescription !in owed())
    }

    @Test
    fun `what is chosen while it runs is said at once`() {
        scenes
        begin()
        assertTrue(Owed.SubjectDescription in owed())
        scenes.choose(SceneChosen(matter = null, party = PartyKnown.NobodyPresent))
        assertTrue(Owed.SubjectDescription !in owed())
    }

    @Test
    fun `nothing is said of a scene of which nothing is known`() {
        scenes
        begin()
        assertTrue(Owed.SubjectDescription in owed())
    }

    @Test
    fun `who holds the phone is named before the start and what is done then names that one`() {
        scenes.choose(Crew(Samples.officers, holder = null))
        begin()
        assertTrue("who holds it is not known yet", Owed.OfficersDescription in owed())
        scenes.choose(Crew(Samples.officers, Samples.officers[1]))
        assertTrue(Owed.OfficersDescription !in owed())
        assertEquals(Samples.officers, scenes.known.officers)
        recorder.end()
        session.value = RecordingState.Ended(Samples.sealing.record)
        assertEquals(Crew(officers = emptyList(), holder = null), scenes.crew.value)
    }

    @Test
    fun `what was chosen for one scene is not said of the next`() {
        scenes.choose(SceneChosen(Matter.Sealing, PartyKnown.Present))
        begin()
        recorder.end()
        session.value = RecordingState.Ended(Samples.sealing.record)
        assertEquals(SceneChosen(matter = null, party = null), scenes.chosen.value)
    }

    @Test
    fun `a second phone is shown the code of one activity however often it looks`() {
        scenes
        assertNull(scenes.joining())
        begin()
        val joining = scenes.joining()!!
        assertEquals(joining.code, scenes.joining()!!.code)
        assertTrue(joining.code, joining.code.startsWith("quanji:join?"))
        assertTrue("a finder", (0 until 7).all { joining.qr.isDark(it, 0) && joining.qr.isDark(0, it) })
    }

    @Test
    fun `a card that was scanned before the start is said once the record runs`() {
        assertTrue(scenes.join(CARD))
        assertEquals(Joins.OnStart, scenes.joins.value)
        begin()
        assertEquals(Joins.Joined, scenes.joins.value)
        val shown = scenes.joining()!!.code
        assertTrue("a third phone joins the same activity: $shown", "a=$ACTIVITY&" in shown)
    }

    @Test
    fun `a joining that could not be written is said`() {
        session.value = Samples.running
        scenes.join(CARD)
        // Nothing runs in the core.
        assertEquals(Joins.NotJoined, scenes.joins.value)
    }

    @Test
    fun `any other text is no card and the scene stays as it is`() {
        for (text in listOf("", "https://example.com", "quanji:enrol?v=1", CARD.dropLast(1))) assertFalse(scenes.join(text))
        assertEquals(Joins.Nothing, scenes.joins.value)
    }

    @Test
    fun `a card that was scanned for one scene is not said of the next`() {
        scenes.join(CARD)
        session.value = RecordingState.Ended(Samples.sealing.record)
        begin()
        assertEquals(Joins.Nothing, scenes.joins.value)
    }

    private fun begin() {
        val begun = recorder.begin(StartedBy.Button) as Answer.Of
        session.value = Samples.running.copy(record = begun.value.record)
    }

    private companion object {
        const val ACTIVITY = "7c2f88872c4315ffbb6e29ec761f727e"
        val CARD = "quanji:join?v=1&a=$ACTIVITY&r=0f2f88872c4315ffbb6e29ec761f727e&o=${"d1".repeat(32)}"
    }

    private fun owed() = (recorder.status() as RunningStatus.Running).owed
}

/** The test's own disk needs no hardware to guard it. */
private object Unwrapped : Wrapping {
    override fun seal(secret: ByteArray, name: String) = secret

    override fun open(sealed: ByteArray, name: String) = sealed
}
