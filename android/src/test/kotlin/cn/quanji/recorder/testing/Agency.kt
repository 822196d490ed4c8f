package cn.quanji.recorder.testing

import java.io.Closeable
import java.io.File
import java.nio.file.Files
import java.util.concurrent.TimeUnit.SECONDS

/** A real agency: the server's own program, as a process on loopback, with a folder of its own. */
class Agency : Closeable {
    private val folder = Files.createTempDirectory("agency").toFile()
    private val unit: String
    private val serving: Process
    private val url: String

    init {
        val founded = run("quanji-agency", "init", "--data", folder.path, "--name", NAME, "--origin", "agency.example/quanji", "--unit", UNIT, "--json").said
        unit = Regex("\"unit\":\\s*\"([^\"]+)\"").find(founded)!!.groupValues[1]
        serving = ProcessBuilder(program("quanji-agency"), "serve", "--data", folder.path, "--listen", "127.0.0.1:0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
        // It says its address once it accepts.
        url = generateSequence { serving.inputStream.bufferedReader().readLine() }.firstNotNullOf { Regex("http://\\S+").find(it)?.value }
    }

    /** The text of a code that a phone scans. */
    fun invitation(): String = Regex("quanji:enrol\\?\\S+").find(run("quanji-agency", "enrol", "--data", folder.path, "--unit", unit, "--url", url).said)!!.value

    /** The record as the agency gives it out, judged by whoever has the agency's key. */
    fun judged(record: String): Ran {
        val bundle = File(folder, "$record.zip")
        run("quanji-agency", "export", "--data", folder.path, "--record", record, "--out", bundle.path)
        return started("quanji-verify", "bundle", "--agency-key", File(folder, "keys/agency.pub").path, bundle.path)
    }

    override fun close() {
        serving.destroyForcibly().waitFor(10, SECONDS)
        folder.deleteRecursively()
    }

    class Ran(val status: Int, val said: String)

    private fun run(program: String, vararg arguments: String): Ran = started(program, *arguments).also { check(it.status == 0) { "$program ${arguments.first()}: ${it.said}" } }

    private fun started(program: String, vararg arguments: String): Ran {
        val process = ProcessBuilder(program(program), *arguments).redirectErrorStream(true).start()
        val said = process.inputStream.bufferedReader().readText()
        return Ran(process.waitFor(), said)
    }

    private companion object {
        const val NAME = "东街镇综合行政执法队"
        const val UNIT = "一中队"

        /** Beside the core that the tests load. */
        fun program(name: String) = File(System.getProperty("java.library.path")!!, name).path
    }
}
