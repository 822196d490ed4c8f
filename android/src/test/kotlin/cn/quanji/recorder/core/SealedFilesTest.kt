package cn.quanji.recorder.core

import cn.quanji.core.SecretException
import java.io.File
import java.nio.file.Files
import java.security.GeneralSecurityException
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Test

class SealedFilesTest {
    private val folder = Files.createTempDirectory("secrets").toFile()
    private val secret = ByteArray(32) { it.toByte() }

    @After
    fun clean() {
        folder.deleteRecursively()
    }

    /** Tells who sealed what, and can lose its key. */
    private class Marked(var isGone: Boolean = false) : Wrapping {
        override fun seal(secret: ByteArray, name: String) = name.toByteArray() + secret.reversedArray()

        override fun open(sealed: ByteArray, name: String): ByteArray {
            if (isGone) throw WrappingKeyGone()
            val (mark, rest) = sealed.take(name.length) to sealed.drop(name.length)
            if (!mark.toByteArray().contentEquals(name.toByteArray())) throw GeneralSecurityException()
            return rest.toByteArray().reversedArray()
        }
    }

    @Test
    fun `a secret is kept sealed, found again and destroyed`() {
        val files = SealedFiles(folder, Marked())
        assertNull(files.read("vault.key"))
        files.keep("vault.key", secret)
        assertEquals(listOf("vault.key.sealed"), folder.list()!!.toList())
        assertArrayEquals(secret, SealedFiles(folder, Marked()).read("vault.key"))
        files.destroy("vault.key")
        assertNull(files.read("vault.key"))
        files.destroy("vault.key")
    }

    @Test
    fun `a wrapping key that is gone is told as that, and nothing is made in its place`() {
        val wrapping = Marked()
        val files = SealedFiles(folder, wrapping)
        files.keep("vault.key", secret)
        wrapping.isGone = true
        assertThrows(SecretException.Invalidated::class.java) { files.read("vault.key") }
        assertEquals(listOf("vault.key.sealed"), folder.list()!!.toList())
    }

    @Test
    fun `a file that was put in another's place is not opened`() {
        val files = SealedFiles(folder, Marked())
        files.keep("one", secret)
        files.keep("two", secret)
        File(folder, "one.sealed").copyTo(File(folder, "two.sealed"), overwrite = true)
        assertThrows(SecretException.Failed::class.java) { files.read("two") }
    }

    @Test
    fun `a name that would leave the folder is refused`() {
        val files = SealedFiles(folder, Marked())
        assertThrows(SecretException.Failed::class.java) { files.keep("../out", secret) }
        assertThrows(SecretException.Failed::class.java) { files.read("") }
    }

    @Test
    fun `a half written file is no secret`() {
        File(folder, "vault.key.half").writeBytes(secret)
        assertNull(SealedFiles(folder, Marked()).read("vault.key"))
    }
}
