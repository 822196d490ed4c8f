package cn.quanji.recorder.core

import cn.quanji.core.SecretException
import cn.quanji.core.Secrets
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardOpenOption.READ
import java.security.GeneralSecurityException

/** Seals a secret with a key that never leaves the phone's hardware. */
interface Wrapping {
    fun seal(secret: ByteArray, name: String): ByteArray

    fun open(sealed: ByteArray, name: String): ByteArray
}

/** The wrapping key is gone for good. */
class WrappingKeyGone : GeneralSecurityException()

/** The core's secrets, each a file sealed by the wrapping key. A file is whole or not there, whatever the phone does meanwhile. */
class SealedFiles(private val folder: File, private val wrapping: Wrapping) : Secrets {
    override fun read(name: String): ByteArray? {
        val file = file(name)
        return orFail { if (file.exists()) wrapping.open(file.readBytes(), name) else null }
    }

    override fun keep(name: String, secret: ByteArray) = orFail {
        folder.mkdirs()
        val half = File(folder, "$name.half")
        FileOutputStream(half).use {
            it.write(wrapping.seal(secret, name))
            it.fd.sync()
        }
        Files.move(half.toPath(), file(name).toPath(), ATOMIC_MOVE)
        syncFolder()
    }

    override fun destroy(name: String) = orFail {
        Files.deleteIfExists(file(name).toPath())
        syncFolder()
    }

    // A name is of a-z, 0-9 and dots, as the core says; one that is not would leave the folder.
    private fun file(name: String): File {
        if (!NAME.matches(name)) throw SecretException.Failed()
        return File(folder, "$name.sealed")
    }

    /** A rename is durable only with its folder. */
    private fun syncFolder() {
        if (folder.isDirectory) FileChannel.open(folder.toPath(), READ).use { it.force(true) }
    }

    private fun <T> orFail(act: () -> T): T =
        try {
            act()
        } catch (_: WrappingKeyGone) {
            throw SecretException.Invalidated()
        } catch (_: GeneralSecurityException) {
            throw SecretException.Failed()
        } catch (_: IOException) {
            throw SecretException.Failed()
        }

    private companion object {
        val NAME = Regex("[a-z0-9][a-z0-9.]*")
    }
}
