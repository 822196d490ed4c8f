package cn.quanji.recorder.core

import cn.quanji.core.SecretException
import cn.quanji.core.Secrets
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test

class SealedRosterTest {
    private val files = KeptSecrets()
    private val roster = SealedRoster(files)

    @Test
    fun `who was added is there when the app is begun anew, once, and no name is in words for a log`() {
        assertTrue(roster.add(Officer("甲 某", "14010026001")))
        assertTrue(roster.add(Officer("乙\t某", "14010026002\n")))
        assertTrue(roster.add(Officer("甲 某", "14010026001")))
        val again = SealedRoster(files).apply { read() }
        assertEquals(listOf("乙 某" to "14010026002", "甲 某" to "14010026001"), again.officers.value.map { it.name to it.certificate })
        assertFalse("${again.officers.value}", "甲" in "${again.officers.value}")
        assertTrue(again.remove(again.officers.value.first()))
        assertEquals(1, SealedRoster(files).apply { read() }.officers.value.size)
    }

    @Test
    fun `what cannot be read now is not written over`() {
        roster.add(Officer("甲某", "1"))
        files.isLocked = true
        assertFalse(roster.add(Officer("乙某", "2")))
        files.isLocked = false
        assertEquals(listOf("甲某"), SealedRoster(files).apply { read() }.officers.value.map { it.name })
    }

    private class KeptSecrets : Secrets {
        private val kept = HashMap<String, ByteArray>()
        var isLocked = false

        override fun read(name: String): ByteArray? = if (isLocked) throw SecretException.Locked() else kept[name]

        override fun keep(name: String, secret: ByteArray) {
            if (isLocked) throw SecretException.Locked()
            kept[name] = secret
        }

        override fun destroy(name: String) {
            kept -= name
        }
    }
}
