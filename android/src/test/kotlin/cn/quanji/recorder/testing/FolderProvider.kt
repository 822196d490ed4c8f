package cn.quanji.recorder.testing

import android.content.pm.ProviderInfo
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.CancellationSignal
import android.os.ParcelFileDescriptor
import android.provider.DocumentsContract
import android.provider.DocumentsContract.Document
import android.provider.DocumentsProvider
import java.io.File
import java.io.FileNotFoundException
import org.robolectric.Robolectric

/** A folder as a phone's own provider shows a stick. */
class FolderProvider : DocumentsProvider() {
    lateinit var root: File

    /** Where what is written really goes. */
    var writesTo: File? = null
    var isPulled = false

    override fun onCreate() = true

    override fun isChildDocument(parent: String, document: String) = true

    override fun createDocument(parent: String, mime: String, name: String): String {
        File(plugged(), name).createNewFile()
        return name
    }

    override fun renameDocument(document: String, name: String): String {
        File(plugged(), document).renameTo(File(plugged(), name))
        return name
    }

    override fun deleteDocument(document: String) {
        File(plugged(), document).delete()
    }

    override fun openDocument(document: String, mode: String, signal: CancellationSignal?): ParcelFileDescriptor {
        val file = writesTo?.takeIf { "w" in mode } ?: File(plugged(), document)
        return ParcelFileDescriptor.open(file, ParcelFileDescriptor.parseMode(mode))
    }

    override fun queryChildDocuments(parent: String, projection: Array<String>?, order: String?): Cursor {
        val rows = MatrixCursor(projection!!)
        plugged().listFiles()!!.forEach { file -> rows.newRow().add(Document.COLUMN_DISPLAY_NAME, file.name).add(Document.COLUMN_DOCUMENT_ID, file.name) }
        return rows
    }

    override fun queryDocument(document: String, projection: Array<String>?): Cursor = MatrixCursor(projection!!)

    override fun queryRoots(projection: Array<String>?): Cursor = MatrixCursor(projection!!)

    private fun plugged() = if (isPulled) throw FileNotFoundException() else root

    companion object {
        private const val AUTHORITY = "stick"

        /** What the system's picker gives when the stick is picked. */
        val TREE: Uri = DocumentsContract.buildTreeDocumentUri(AUTHORITY, "root")

        fun plugged(root: File): FolderProvider {
            val info = ProviderInfo().apply {
                authority = AUTHORITY
                exported = true
                grantUriPermissions = true
                readPermission = "android.permission.MANAGE_DOCUMENTS"
                writePermission = "android.permission.MANAGE_DOCUMENTS"
            }
            return Robolectric.buildContentProvider(FolderProvider::class.java).create(info).get().also { it.root = root }
        }
    }
}
