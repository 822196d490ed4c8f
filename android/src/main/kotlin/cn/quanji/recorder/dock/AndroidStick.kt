package cn.quanji.recorder.dock

import android.content.ContentResolver
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.DocumentsContract
import android.provider.DocumentsContract.Document.COLUMN_DISPLAY_NAME
import android.provider.DocumentsContract.Document.COLUMN_DOCUMENT_ID
import android.system.ErrnoException
import android.system.OsConstants
import cn.quanji.recorder.core.Stick
import cn.quanji.recorder.core.StickException
import cn.quanji.recorder.core.StickFault
import cn.quanji.recorder.core.StickFile
import cn.quanji.recorder.core.Sticks
import java.io.FileOutputStream
import java.io.IOException
import java.nio.ByteBuffer

/** By the system's document picker: no permission of the app's own, and nothing beside what the officer picked. */
class AndroidSticks(private val resolver: ContentResolver) : Sticks {
    override fun at(folder: String): Stick = AndroidStick(resolver, Uri.parse(folder))
}

class AndroidStick(private val resolver: ContentResolver, private val tree: Uri) : Stick {
    private val root: String
        get() = DocumentsContract.getTreeDocumentId(tree)

    override fun create(name: String): StickFile = reached {
        val folder = DocumentsContract.buildDocumentUriUsingTree(tree, root)
        val file = DocumentsContract.createDocument(resolver, folder, PLAIN, name) ?: throw IOException()
        AndroidStickFile(resolver, file, resolver.openFileDescriptor(file, "rw") ?: throw IOException())
    }

    override fun names(): List<String> = reached { children().keys.sorted() }

    override fun read(name: String, most: Int): ByteArray = reached {
        val file = DocumentsContract.buildDocumentUriUsingTree(tree, children().getValue(name))
        val input = resolver.openInputStream(file) ?: throw IOException()
        input.use { of -> of.readAtMost(most) }
    }

    private fun children(): Map<String, String> {
        val uri = DocumentsContract.buildChildDocumentsUriUsingTree(tree, root)
        val found = HashMap<String, String>()
        val rows = resolver.query(uri, arrayOf(COLUMN_DISPLAY_NAME, COLUMN_DOCUMENT_ID), null, null) ?: throw IOException()
        rows.use { while (it.moveToNext()) found[it.getString(0)] = it.getString(1) }
        return found
    }

    private fun java.io.InputStream.readAtMost(most: Int): ByteArray {
        val bytes = ByteArray(most)
        var count = 0
        while (count < most) {
            val more = read(bytes, count, most - count)
            if (more < 0) break
            count += more
        }
        return bytes.copyOf(count)
    }

    private companion object {
        /** Of no kind that a system would give an ending of its own. */
        const val PLAIN = "application/octet-stream"
    }
}

class AndroidStickFile(private val resolver: ContentResolver, private val file: Uri, private val descriptor: ParcelFileDescriptor) : StickFile {
    private val channel = FileOutputStream(descriptor.fileDescriptor).channel

    override fun write(bytes: ByteArray) = reached {
        val left = ByteBuffer.wrap(bytes)
        while (left.hasRemaining()) channel.write(left)
    }

    override fun seek(toBytes: Long) = reached { channel.position(toBytes).let {} }

    override fun sync() = reached { channel.force(true) }

    override fun keepAs(name: String) = reached {
        descriptor.close()
        DocumentsContract.renameDocument(resolver, file, name).let {}
    }

    override fun remove() = reached {
        try {
            descriptor.close()
        } catch (_: IOException) {
            // What could not be written any more need not be.
        }
        DocumentsContract.deleteDocument(resolver, file).let {}
    }
}

/** What the picked place did not do, in the app's words. A provider is another's program: it throws what it likes. */
private inline fun <T> reached(act: () -> T): T =
    try {
        act()
    } catch (fault: IOException) {
        throw StickException(fault.asFault(), fault)
    } catch (fault: SecurityException) {
        throw StickException(StickFault.Gone, fault)
    } catch (fault: IllegalArgumentException) {
        throw StickException(StickFault.Gone, fault)
    } catch (fault: IllegalStateException) {
        throw StickException(StickFault.Gone, fault)
    } catch (fault: UnsupportedOperationException) {
        throw StickException(StickFault.Gone, fault)
    } catch (fault: NoSuchElementException) {
        throw StickException(StickFault.Gone, fault)
    }

/** The system's number where it comes with one; a channel gives only its words. */
private fun IOException.asFault(): StickFault {
    val number = generateSequence(this as Throwable?) { it.cause }.filterIsInstance<ErrnoException>().firstOrNull()?.errno
    val words = message.orEmpty()
    return when {
        number == OsConstants.ENOSPC || number == OsConstants.EDQUOT || "ENOSPC" in words || "No space left" in words -> StickFault.Full
        number == OsConstants.EFBIG || "EFBIG" in words || "File too large" in words -> StickFault.TooLarge
        else -> StickFault.Gone
    }
}
