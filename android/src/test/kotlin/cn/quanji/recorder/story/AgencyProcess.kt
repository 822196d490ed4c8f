package cn.quanji.recorder.story

import java.io.Closeable
import java.io.File
import java.net.HttpURLConnection
import java.net.Proxy
import java.net.URL
import java.net.URLEncoder
import java.util.concurrent.TimeUnit

/** `quanji-agency`, as a process on this machine's loopback, and `quanji-verify` for what it exports. Built by scripts/test; this finds them where the core is. */
class AgencyProcess(private val folder: File) : Closeable {
    private val founded = agency("init", "--name", "某区消防救援大队", "--origin", "example.gov.cn/quanji", "--unit", "一中队", "--json")
    private val unit = founded(""""unit":\s*"([0-9a-f]+)"""")
    private val cookie = "quanji_admin=" + founded(""""admin_token":\s*"([^"]+)"""")
    private val serving = Serving(folder)

    /** Between the phone and it. */
    val wire = SlowWire(serving.port)

    /** A program that serves that folder, on a port that was free. */
    class Serving(folder: File) : Closeable {
        private val process = ProcessBuilder(PROGRAMS.resolve("quanji-agency").path, "serve", "--listen", "127.0.0.1:0", "--data", folder.path)
            .redirectError(ProcessBuilder.Redirect.DISCARD).start()
        private val said = process.inputStream.bufferedReader()
        val port = Regex("""127\.0\.0\.1:(\d+)""").find(said.readLine())!!.groupValues[1].toInt()

        init {
            // Its pipe is drained, so that it never waits for a reader.
            Thread { said.forEachLine {} }.apply { isDaemon = true }.start()
        }

        override fun close() {
            process.destroyForcibly().waitFor()
        }
    }

    /** Designated storage of this agency, which knows its phones; made after they enrolled, so that they learn its keys from it. */
    fun dock(folder: File): File = folder.also {
        val list = File(folder.path + ".list")
        dock("init", "--data", folder.path, "--from", this.folder.path)
        dock("list", "--data", this.folder.path, "--out", list.path)
        dock("learn", "--data", folder.path, list.path)
    }

    /** A bundle on a stick is taken in; its receipts lie beside it then. */
    fun takeAt(dock: File, bundle: File) = dock("take", "--data", dock.path, bundle.path)

    fun importFrom(dock: File) = agency("import", "--from", dock.path)

    private fun dock(vararg arguments: String) = run(PROGRAMS.resolve("quanji-agency").path, "dock", *arguments)

    private fun founded(pattern: String) = Regex(pattern).find(founded)!!.groupValues[1]

    /** A page as the administrator's browser gets it, and no oftener than a hand presses: the agency refuses an address that asks more than ten times a second. */
    fun page(path: String): String {
        Thread.sleep(PRESSED_EVERY_MS)
        return asked(path).inputStream.bufferedReader().readText()
    }

    /** A form is sent; where it leads. */
    fun press(path: String, vararg form: Pair<String, String>): String {
        val asked = asked(path)
        asked.doOutput = true
        asked.outputStream.use { out -> out.write(form.joinToString("&") { (name, value) -> name + "=" + URLEncoder.encode(value, "UTF-8") }.toByteArray()) }
        check(asked.responseCode == SEE_OTHER) { "$path: ${asked.responseCode}" }
        return asked.getHeaderField("location")
    }

    private fun asked(path: String) = (URL("http://127.0.0.1:${serving.port}$path").openConnection(Proxy.NO_PROXY) as HttpURLConnection).apply {
        setRequestProperty("cookie", cookie)
        instanceFollowRedirects = false
    }

    /** The text of a code to scan. */
    fun code(): String = Regex("""quanji:enrol\?\S+""").find(agency("enrol", "--unit", unit, "--url", "http://127.0.0.1:${wire.port}"))!!.value

    /** The agency's bundle of a record. */
    fun exported(record: String): File {
        val bundle = File(folder, "$record.zip")
        agency("export", "--record", record, "--out", bundle.path)
        return bundle
    }

    /** What anyone says of a bundle who has the agency's public key: JSON. */
    fun verified(bundle: File): String =
        run(PROGRAMS.resolve("quanji-verify").path, "bundle", "--json", "--agency-key", File(folder, "keys/agency.pub").path, bundle.path)

    override fun close() {
        wire.close()
        serving.close()
    }

    private fun agency(command: String, vararg arguments: String) = run(PROGRAMS.resolve("quanji-agency").path, command, "--data", folder.path, *arguments)

    private fun run(vararg command: String): String {
        val process = ProcessBuilder(*command).start()
        val said = process.inputStream.bufferedReader().readText()
        check(process.waitFor(1, TimeUnit.MINUTES)) { "${command[0]} does not end" }
        check(process.exitValue() == 0) { "${command.take(2)}: ${process.exitValue()}, $said ${process.errorStream.bufferedReader().readText()}" }
        return said
    }

    private companion object {
        const val SEE_OTHER = 303
        const val PRESSED_EVERY_MS = 250L
        val PROGRAMS = File(System.getProperty("quanji.programs")!!)
    }
}
