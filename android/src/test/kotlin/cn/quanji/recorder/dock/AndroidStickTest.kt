package cn.quanji.recorder.dock

import cn.quanji.recorder.core.Brought
import cn.quanji.recorder.core.Carried
import cn.quanji.recorder.core.NotBrought
import cn.quanji.recorder.core.NotCarried
import cn.quanji.recorder.core.StickException
import cn.quanji.recorder.core.StickFault
import cn.quanji.recorder.core.VaultCarrying
import cn.quanji.recorder.recording.RecordingEvent
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.testing.FolderProvider
import cn.quanji.recorder.testing.SimulatedPhone
import java.io.File
import java.util.zip.ZipFile
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment

/** A stick behind the system's document provider, with the real core, down to a medium that is full and one that is pulled out. */
@RunWith(RobolectricTestRunner::class)
class AndroidStickTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val resolver = RuntimeEnvironment.getApplication().contentResolver
    private val provider by lazy { FolderProvider.plugged(folder.root) }
    private val stick by lazy { AndroidStick(resolver, FolderProvider.TREE) }
    private val phone = SimulatedPhone()
    private var brought = 0
    private val carrying = VaultCarrying(phone.vault, { NOW_MS }) { brought += 1 }

    @Before
    fun plug() {
        provider.isPulled = false
    }

    @After
    fun close() = phone.close()

    @Test
    fun `a bundle stands on the stick under its own name when it is whole`() {
        val record = recorded()
        val told = ArrayList<Pair<Long, Long>>()
        val carried = carrying.write(stick, { false }) { done, total -> told += done to total }
        val name = "quanji-20261123-180000.zip"
        val file = File(folder.root, name)
        assertEquals(Carried.Written(records = 1, unreadable = 0, bytes = file.length(), name = name), carried)
        assertEquals(listOf(name), stick.names())
        ZipFile(file).use { zip -> assertTrue(zip.getEntry("records/$record/journal") != null && zip.getEntry("records/$record/takes/1/1.m4s") != null) }
        assertTrue("$told", told.size > 3 && told.all { (done, total) -> done in 1..total })
    }

    @Test
    fun `a medium that is full takes nothing, and nothing is left of what was begun`() {
        recorded()
        provider.writesTo = File("/dev/full")
        assertEquals(Carried.Not(NotCarried.Full), carrying.write(stick, { false }) { _, _ -> })
        assertEquals(emptyList<String>(), stick.names())
    }

    @Test
    fun `one that is pulled out is said to be gone, and what lies on it is no bundle by its name`() {
        recorded()
        var pieces = 0
        val carried = carrying.write(stick, { false }) { _, _ ->
            pieces += 1
            if (pieces == 2) provider.isPulled = true
        }
        assertEquals(Carried.Not(NotCarried.Gone), carried)
        provider.isPulled = false
        assertEquals(listOf("quanji-20261123-180000.zip.part"), stick.names())
        provider.isPulled = true
        assertEquals(Carried.Not(NotCarried.Gone), carrying.write(stick, { false }) { _, _ -> })
        assertEquals(Brought.Not(NotBrought.Gone), carrying.bring(stick))
        assertEquals(StickFault.Gone, assertThrows(StickException::class.java) { stick.names() }.fault)
    }

    @Test
    fun `a bundle that is stopped is removed`() {
        recorded()
        assertEquals(Carried.Not(NotCarried.Stopped), carrying.write(stick, { true }) { _, _ -> })
        assertEquals(emptyList<String>(), stick.names())
    }

    @Test
    fun `a phone with nothing to carry leaves nothing on the stick`() {
        assertEquals(Carried.Not(NotCarried.NothingWaits), carrying.write(stick, { false }) { _, _ -> })
        assertEquals(emptyList<String>(), stick.names())
    }

    @Test
    fun `only what is wanted is read, and not more of it than is asked for`() {
        File(folder.root, "a.zip.receipts").writeBytes(ByteArray(100) { it.toByte() })
        assertArrayEquals(ByteArray(100) { it.toByte() }, stick.read("a.zip.receipts", 4096))
        assertArrayEquals(ByteArray(10) { it.toByte() }, stick.read("a.zip.receipts", 10))
        assertEquals(StickFault.Gone, assertThrows(StickException::class.java) { stick.read("b", 10) }.fault)
        assertEquals("a phone without agency believes no receipt", Brought.Not(NotBrought.NotEnrolled), carrying.bring(stick))
        File(folder.root, "a.zip.receipts").delete()
        assertEquals(Brought.Not(NotBrought.NoneThere), carrying.bring(stick))
        assertEquals(0, brought)
    }

    private fun recorded(): String {
        phone.session.onEvent(RecordingEvent.Start(takeUp = null))
        phone.lane.catchUp()
        phone.pass(3.0)
        phone.session.onEvent(RecordingEvent.StopOnPurpose)
        phone.pass(11.0)
        return (phone.session.state.value as RecordingState.Ended).record
    }

    private companion object {
        /** 2026-11-23 18:00 +08:00. */
        const val NOW_MS = 1_795_428_000_000L
    }
}
