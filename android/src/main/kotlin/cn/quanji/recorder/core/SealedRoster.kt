package cn.quanji.recorder.core

import cn.quanji.core.SecretException
import cn.quanji.core.Secrets
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/** In a file that only this phone opens: a name and a certificate number are a person's. One officer a line, a tab between the two. */
class SealedRoster(private val files: Secrets) : Roster {
    private val known = MutableStateFlow(emptyList<Officer>())
    override val officers: StateFlow<List<Officer>> = known.asStateFlow()

    override fun read() = synchronized(this) {
        kept()?.let { known.value = it }
        Unit
    }

    override fun add(officer: Officer): Boolean = change { all -> (all - officer + officer).takeLast(MOST) }

    override fun remove(officer: Officer): Boolean = change { it - officer }

    private fun change(change: (List<Officer>) -> List<Officer>): Boolean = synchronized(this) {
        val changed = change(kept() ?: return false)
        try {
            files.keep(NAME, changed.joinToString("\n") { "${it.name.inOneLine()}\t${it.certificate.inOneLine()}" }.toByteArray())
        } catch (_: SecretException) {
            return false
        }
        known.value = changed
        true
    }

    /** Null where it cannot be read now: what is remembered then stays as it is. */
    private fun kept(): List<Officer>? =
        try {
            val text = files.read(NAME)?.toString(Charsets.UTF_8).orEmpty()
            text.lines().mapNotNull { line -> line.split('\t').takeIf { it.size == 2 }?.let { (name, certificate) -> Officer(name, certificate) } }
        } catch (_: SecretException) {
            null
        }

    private fun String.inOneLine() = trim().replace(Regex("\\s+"), " ")

    private companion object {
        const val NAME = "officers"

        /** As many as a record can name. */
        const val MOST = 64
    }
}
