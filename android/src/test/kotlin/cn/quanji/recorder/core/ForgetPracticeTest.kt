package cn.quanji.recorder.core

import cn.quanji.recorder.testing.PlainWrapping
import cn.quanji.recorder.testing.waitUntil
import java.io.File
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

/** With the real core and two vaults on the disk: one of records, one of practice. */
class ForgetPracticeTest {
    @get:Rule
    val folder = TemporaryFolder()

    private var isPractice = false
    private val vault by lazy {
        Vault(File(folder.root, "vault"), SealedFiles(File(folder.root, "secrets"), PlainWrapping()), bootCount = 1, version = "0.1.0", isPractice = { isPractice })
    }
    private val recorder by lazy { Recorder(vault) }

    @After
    fun close() = vault.close()

    @Test
    fun `what was practised goes and a record stays`() {
        val record = recorded()
        isPractice = true
        val practised = recorded()
        assertTrue(folder.root.list()!!.any { "practice" in it })
        forget()
        assertFalse(folder.root.list()!!.any { "practice" in it })
        assertEquals(emptyList<String>(), File(folder.root, "secrets").list()!!.filter { "practice" in it })
        assertTrue("the practice vault is new", detail(practised) is Answer.Not)
        isPractice = false
        assertTrue(detail(record) is Answer.Of)
    }

    @Test
    fun `while practice runs nothing of it is deleted`() {
        isPractice = true
        recorder.begin(StartedBy.Button)
        assertEquals(Answer.Not(Trouble.Busy), vault.forget())
        assertEquals(Answer.Of(Unit), recorder.end())
        forget()
    }

    /** The thread that wrote lets go of the disk a moment after. */
    private fun forget() {
        var answer: Answer<Unit> = Answer.Not(Trouble.Busy)
        waitUntil("it is in use no more") {
            answer = vault.forget()
            answer != Answer.Not(Trouble.Busy)
        }
        assertEquals(Answer.Of(Unit), answer)
    }

    private fun recorded(): String {
        val begun = recorder.begin(StartedBy.Button) as Answer.Of
        assertEquals(Answer.Of(Unit), recorder.end())
        return begun.value.record
    }

    private fun detail(record: String) = VaultFilms(vault).film(record)
}
