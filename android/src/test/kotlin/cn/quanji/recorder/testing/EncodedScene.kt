package cn.quanji.recorder.testing

import cn.quanji.recorder.core.Coding
import cn.quanji.recorder.core.PictureFormat
import java.io.File
import java.nio.ByteBuffer
import java.nio.file.Files

/** Ten seconds of a made scene as encoders give it: real H.264 or HEVC and real AAC, made once by ffmpeg. It can be played round and round: it begins with a key frame. */
class EncodedScene private constructor(val pictures: List<Unit>, val sounds: List<ByteBuffer>, val format: PictureFormat) {
    class Unit(val bytes: ByteBuffer, val isKey: Boolean)

    companion object {
        const val PICTURE_US = 40_000L
        const val SOUND_FRAMES = 1024L
        const val RATE = 48_000L

        /** AAC-LC, 48 kHz, mono. */
        val SOUND_CONFIG = byteArrayOf(0x11, 0x88.toByte())

        val made: EncodedScene by lazy { make(Kinds.H264) }
        val inHevc: EncodedScene by lazy { make(Kinds.Hevc) }

        private fun make(kinds: Kinds): EncodedScene {
            val folder = Files.createTempDirectory("scene").toFile()
            val film = File(folder, "film.mp4")
            // An access unit delimiter before each picture makes them easy to tell apart again.
            ffmpeg(
                "-f", "lavfi", "-i", "testsrc=size=320x180:rate=25:duration=10", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=10",
                "-c:v", kinds.encoder, "-preset", "ultrafast", "-g", "25", "-bf", "0", "-pix_fmt", "yuv420p", kinds.parameters, kinds.settings,
                "-c:a", "aac", "-ac", "1", "-b:a", "64k", film.path,
            )
            ffmpeg("-i", film.path, "-an", "-c", "copy", "-f", kinds.container, "$folder/film.raw")
            ffmpeg("-i", film.path, "-vn", "-c", "copy", "-f", "adts", "$folder/film.aac")
            val scene = of(kinds, File(folder, "film.raw").readBytes(), File(folder, "film.aac").readBytes())
            folder.deleteRecursively()
            return scene
        }

        private fun ffmpeg(vararg arguments: String) {
            val process = ProcessBuilder("ffmpeg", "-v", "error", "-y", *arguments).redirectErrorStream(true).start()
            val said = process.inputStream.bufferedReader().readText()
            check(process.waitFor() == 0) { said }
        }

        private fun of(kinds: Kinds, film: ByteArray, sound: ByteArray): EncodedScene {
            val nals = nals(kinds, film)
            val units = ArrayList<Unit>()
            var from = 0
            while (from < nals.size) {
                val to = (from + 1 until nals.size).firstOrNull { nals[it].type == kinds.delimiter } ?: nals.size
                val last = nals.getOrNull(to)?.at ?: film.size
                units += Unit(direct(film, nals[from].at, last), nals.subList(from, to).any { it.type in kinds.keys })
                from = to
            }
            val sets = nals.filter { it.type in kinds.sets }.distinctBy { it.type }
            val parameterSets = sets.fold(ByteArray(0)) { all, nal -> all + film.copyOfRange(nal.at, nals.firstOrNull { it.at > nal.at }?.at ?: film.size) }
            return EncodedScene(units, sounds(sound), PictureFormat(kinds.coding, parameterSets))
        }

        private class Nal(val at: Int, val type: Int)

        private fun nals(kinds: Kinds, film: ByteArray): List<Nal> = buildList {
            var at = 0
            while (at + 4 < film.size) {
                val isLong = film[at].toInt() == 0 && film[at + 1].toInt() == 0 && film[at + 2].toInt() == 0 && film[at + 3].toInt() == 1
                val isShort = film[at].toInt() == 0 && film[at + 1].toInt() == 0 && film[at + 2].toInt() == 1
                when {
                    isLong -> { add(Nal(at, kinds.of(film[at + 4].toInt()))); at += 4 }
                    isShort -> { add(Nal(at, kinds.of(film[at + 3].toInt()))); at += 3 }
                    else -> at += 1
                }
            }
        }

        /** Units without the seven bytes of ADTS before each. */
        private fun sounds(adts: ByteArray): List<ByteBuffer> = buildList {
            var at = 0
            while (at + 7 <= adts.size) {
                val length = (adts[at + 3].toInt() and 3 shl 11) or (adts[at + 4].toInt() and 255 shl 3) or (adts[at + 5].toInt() and 255 shr 5)
                add(direct(adts, at + 7, at + length))
                at += length
            }
        }

        private fun direct(bytes: ByteArray, from: Int, to: Int): ByteBuffer = ByteBuffer.allocateDirect(to - from).put(bytes, from, to - from).flip()
    }

    /** How ffmpeg is asked for a coding, and the types of its NAL units. */
    private enum class Kinds(
        val coding: Coding,
        val encoder: String,
        val parameters: String,
        val settings: String,
        val container: String,
        val keys: Set<Int>,
        val sets: Set<Int>,
        val delimiter: Int,
        val of: (Int) -> Int,
    ) {
        H264(Coding.H264, "libx264", "-x264-params", "aud=1:scenecut=0", "h264", setOf(5), setOf(7, 8), 9, { it and 31 }),
        Hevc(Coding.Hevc, "libx265", "-x265-params", "aud=1:scenecut=0:bframes=0:open-gop=0:log-level=none", "hevc", setOf(19, 20), setOf(32, 33, 34), 35, { it shr 1 and 63 }),
    }
}
