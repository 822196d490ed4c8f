package cn.quanji.recorder.core

import cn.quanji.core.Core as Bound
import cn.quanji.core.HardwareKey
import cn.quanji.core.OpenException
import cn.quanji.core.Phone
import cn.quanji.core.PhoneClock
import cn.quanji.core.Secrets
import cn.quanji.core.Status
import cn.quanji.core.TlsRoots
import cn.quanji.core.forgetPractice
import java.io.File

/**
 * The core's one object, opened at the first use. What could not be opened is tried again at the next: a phone is unlocked in the meantime.
 *
 * The folder lies in credential-protected storage: what is in a vault is about people, and before the first unlock after a start nothing can be read,
 * by nobody. So nothing can be recorded then either, and the emergency start says so.
 */
class Vault(
    private val folder: File,
    private val secrets: Secrets,
    /** `Settings.Global.BOOT_COUNT`: two boots never have the same. */
    private val bootCount: Long,
    private val version: String,
    /** Null for the machine's own; a simulation has another. */
    private val clock: PhoneClock? = null,
    /** Whether practice is on: its vault is another one, beside this. It is not left while something of it runs. */
    private val isPractice: () -> Boolean = { false },
    /** Null for this machine's own; a phone's list is its system's alone. */
    private val roots: TlsRoots? = null,
    /** Null where no hardware vouches for records. */
    private val hardwareKey: HardwareKey? = null,
) : PracticeRecords {
    private var bound: Bound? = null

    internal fun open(): Answer<Bound> = synchronized(this) {
        bound?.let {
            if (it.isPractice() == isPractice() || it.status() !is Status.Idle) return Answer.Of(it)
            it.stopUploads()
            close()
        }
        try {
            val opened = Bound.open(phone(isPractice()))
            bound = opened
            Answer.Of(opened)
        } catch (refused: OpenException) {
            Answer.Not(refused.asTrouble())
        } catch (_: LinkageError) {
            // No library, or another's: the page about the app says which.
            Answer.Not(Trouble.NotInThisVersion)
        }
    }

    /** For a process that goes on without it: the next use opens it anew, as after a kill. */
    fun close() = synchronized(this) {
        bound?.let {
            // What runs is left as it is; otherwise its writer would keep the vault.
            answer { it.leaveRunning() }
            it.close()
        }
        bound = null
    }

    override fun forget(): Answer<Unit> = synchronized(this) {
        val open = bound?.takeIf { it.isPractice() }
        if (open != null) {
            if (open.status() !is Status.Idle) return Answer.Not(Trouble.Busy)
            // It is opened anew, and empty, by whoever asks next.
            open.stopUploads()
            close()
        }
        try {
            Answer.Of(forgetPractice(phone(isPractice = true)))
        } catch (refused: OpenException) {
            Answer.Not(refused.asTrouble())
        } catch (_: LinkageError) {
            Answer.Not(Trouble.NotInThisVersion)
        }
    }

    private fun phone(isPractice: Boolean) = Phone(folder.path, secrets, bootCount.toULong(), clock, SOFTWARE, version, isPractice, roots, hardwareKey)

    private companion object {
        const val SOFTWARE = "quanji"
    }
}

/** Asks the core, and says in the app's words why it did not. */
internal inline fun <T> Vault.ask(ask: (Bound) -> T): Answer<T> =
    when (val opened = open()) {
        is Answer.Not -> opened
        is Answer.Of -> answer { ask(opened.value) }
    }
