package cn.quanji.recorder.story

import cn.quanji.recorder.SceneOfRecord
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Claim
import cn.quanji.recorder.core.Joins
import cn.quanji.recorder.core.Network
import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.VaultRecords
import cn.quanji.recorder.core.Wish
import cn.quanji.recorder.recording.RecordingEvent
import cn.quanji.recorder.testing.SetConnection
import cn.quanji.recorder.testing.SimulatedPhone
import cn.quanji.recorder.testing.Voices
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test

/** Two officers at one scene, each with a phone and a vault of his own: the opening is owed once (第十四条). */
class TwoPhonesTest {
    private val first = SimulatedPhone()
    private val second = SimulatedPhone()

    @After
    fun close() {
        first.close()
        second.close()
    }

    @Test
    fun `the phone that joins owes no opening of its own and the first one does`() {
        val (scene, other) = scene(first) to scene(second)
        begin(first)
        val card = scene.joining()!!.code
        assertTrue(other.join(card))
        begin(second)
        assertEquals(Joins.Joined, other.joins.value)
        assertTrue(first.running.owed.any { it is Owed.Opening })
        assertFalse("said by the other phone", second.running.owed.any { it is Owed.Opening })
        assertEquals("nothing is asked of him", emptyList<Any>(), second.running.lines)
        first.sound.voice = Voices.reading
        first.pass(20.0)
        first.session.wish(Wish.Spoken)
        first.pass(0.2)
        assertFalse(first.running.owed.any { it is Owed.Opening })
        // The first phone dies; what the second films goes on, and nothing is lost by it.
        val record = first.running.record
        first.killed()
        second.pass(5.0)
        assertFalse(second.running.owed.any { it is Owed.Opening })
        val detail = VaultRecords(first.vault, SetConnection(Network.None), { 0 }, grew = {}).detail(record)
        assertEquals(Claim.NotEnded, (detail as Answer.Of).value.claim)
    }

    private fun scene(phone: SimulatedPhone) = SceneOfRecord(phone.recorder, phone.session.state, CoroutineScope(Dispatchers.Unconfined), Dispatchers.Unconfined)

    private fun begin(phone: SimulatedPhone) {
        phone.session.onEvent(RecordingEvent.Start(takeUp = null))
        phone.pass(3.0)
    }
}
