package cn.quanji.recorder.testing

import java.io.File
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.file.Files

/** Sound as a microphone at a scene hears it, 16 kHz mono: made on the spot, nothing of it lies in the repository. */
object Voices {
    /** Somebody reads for twenty seconds and more. */
    val reading: ShortArray by lazy { spoken() }
    val street: ShortArray by lazy { made("brownnoise", "pinknoise", "sine", "90", "tremolo", "0.2", "70", "vol", "0.2") }

    /** The microphone's own noise: it is alive, and nobody speaks. */
    val room: ShortArray by lazy { made("whitenoise", "vol", "0.0001") }

    private fun spoken(): ShortArray {
        val folder = Files.createTempDirectory("voice").toFile()
        val text = "xian4zai4 shi4 er4 ling2 er4 liu4 nian2 shi2yi1 yue4 er4shi2san1 ri4. wo3men5 shi4 zhi2fa3 ren2yuan2. ".repeat(4)
        run("espeak-ng", "-v", "cmn-latn-pinyin", "-s", "175", "-w", "$folder/voice.wav", text)
        run("sox", "-R", "$folder/voice.wav", "-t", "raw", "-r", "16000", "-c", "1", "-b", "16", "-e", "signed", "$folder/voice.raw")
        return samples(folder)
    }

    private fun made(vararg effects: String): ShortArray {
        val folder = Files.createTempDirectory("voice").toFile()
        run("sox", "-R", "-n", "-t", "raw", "-r", "16000", "-c", "1", "-b", "16", "-e", "signed", "$folder/voice.raw", "synth", "40", *effects)
        return samples(folder)
    }

    private fun samples(folder: File): ShortArray {
        val bytes = ByteBuffer.wrap(File(folder, "voice.raw").readBytes()).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer()
        folder.deleteRecursively()
        return ShortArray(bytes.remaining()).also(bytes::get)
    }

    private fun run(vararg command: String) {
        val process = ProcessBuilder(*command).redirectErrorStream(true).start()
        val said = process.inputStream.bufferedReader().readText()
        check(process.waitFor() == 0) { said }
    }
}
