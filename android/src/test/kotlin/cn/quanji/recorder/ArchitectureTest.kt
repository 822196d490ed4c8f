package cn.quanji.recorder

import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Test

/** Who may know whom, read from the sources. */
class ArchitectureTest {
    private class Source(val folder: String, val name: String, val imports: List<String>)

    private val root = File(System.getProperty("quanji.sources")!!, "cn/quanji/recorder")
    private val sources = root.walk().filter { it.extension == "kt" }.map { file ->
        val imports = file.readLines().filter { it.startsWith("import ") }.map { it.removePrefix("import ").substringBefore(" as ").trim() }
        Source(file.parentFile!!.relativeTo(root).path, file.name, imports)
    }.toList()

    @Test
    fun `only core knows the bindings`() =
        assertNone(sources.filter { it.folder != "core" }) { it.startsWith("cn.quanji.core.") }

    @Test
    fun `presenters and what they show know nothing of Android`() =
        assertNone(sources.filter { source -> source.folder in features && PURE.any { source.name.endsWith(it) } }) { it.startsWith("android.") }

    @Test
    fun `features do not know each other`() {
        for (feature in features) assertNone(sources.filter { it.folder == feature }) { import -> (features - feature).any { import.startsWith("$APP.$it.") } }
    }

    /** What lies below knows nothing of what lies above. */
    @Test
    fun `core knows nobody, and capture, keys and telling know core`() {
        val above = mapOf(
            "core" to folders - "core",
            "capture" to folders - setOf("capture", "core"),
            "telling" to folders - setOf("telling", "core"),
            "keys" to folders - setOf("keys", "core", "capture"),
            "ui" to folders - setOf("ui", "core"),
        )
        for ((folder, others) in above) assertNone(sources.filter { it.folder == folder }) { import -> others.any { import.startsWith("$APP.$it.") } }
    }

    @Test
    fun `the sources were found`() = assertEquals(setOf("core", "capture", "keys", "telling", "ui"), folders.intersect(setOf("core", "capture", "keys", "telling", "ui")))

    private val folders get() = sources.map { it.folder }.filter { it.isNotEmpty() }.toSet()
    private val features get() = folders - setOf("core", "capture", "keys", "telling", "ui")

    private fun assertNone(of: List<Source>, isForbidden: (String) -> Boolean) =
        assertEquals(emptyList<String>(), of.flatMap { source -> source.imports.filter(isForbidden).map { "${source.folder}/${source.name} imports $it" } })

    private companion object {
        const val APP = "cn.quanji.recorder"
        val PURE = listOf("Presenter.kt", "State.kt", "Event.kt")
    }
}
