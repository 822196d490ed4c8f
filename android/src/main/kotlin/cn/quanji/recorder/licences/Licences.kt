package cn.quanji.recorder.licences

/** Whose work is in the package (scripts/make-licences). */
fun interface Licences {
    /** Every text once, with all that it stands for. */
    fun all(): List<Licence>
}

/** By its usual name; of what; and word for word. */
data class Licence(val name: String, val components: List<String>, val text: String)

/** Sections parted by a form feed: the name, a component on each line, an empty line, the text. */
fun licencesIn(file: String): List<Licence> =
    file.split("\u000c\n").map { section ->
        val lines = section.trimEnd('\n').lines()
        val components = lines.drop(1).takeWhile { it.startsWith(COMPONENT) }.map { it.removePrefix(COMPONENT) }
        Licence(lines.first(), components, lines.drop(components.size + 2).joinToString("\n"))
    }

private const val COMPONENT = "- "
