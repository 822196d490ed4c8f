package cn.quanji.recorder.core

import cn.quanji.recorder.testing.EncodedScene
import cn.quanji.recorder.testing.SimulatedPhone
import java.io.File
import java.nio.ByteBuffer
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/**
 * What a unit costs on its way from Kotlin into the running record, beside copying the same bytes and beside a call of the bindings, in turns.
 * No test of the app's own: `scripts/bench crossing` runs it with the core that is built for release.
 */
class CrossingBench {
    private val rounds = System.getenv("QUANJI_BENCH_ROUNDS").toInt()
    private val said = File(System.getenv("QUANJI_BENCH_SAID"))
    private val phone = SimulatedPhone()
    private val pictures = EncodedScene.made.pictures
    private val bound = (phone.vault.open() as Answer.Of).value
    private val door = (phone.recorder.begin(StartedBy.Button) as Answer.Of).value.door
    private val into = ByteBuffer.allocateDirect(pictures.maxOf { it.bytes.limit() })
    private var pushedUnits = 0L

    @Test
    fun `a unit crosses in two microseconds besides its copy`() {
        assertEquals(Answer.Of(Unit), phone.recorder.lay(TakeFormat(EncodedScene.made.format, audio = null, 0, CameraClock(ClockBase.Elapsed, 0))))
        // The virtual machine compiles what it meets often.
        repeat(WARM) { round() }
        val all = List(rounds) { round() }
        val (crossing, pushing, copying, calling) = List(4) { column -> all.map { it[column] }.sorted()[rounds / 2] }
        val besides = pushing - copying
        val bytes = pictures.sumOf { it.bytes.limit() } / pictures.size
        said.writeText(
            line("crossing", crossing, "µs for a unit of which the core keeps nothing (bound ≤ $LIMIT_US)") +
                line("crossing-unit", besides, "µs for a unit of $bytes bytes into the running record, its copy of %.3f µs taken off (bound ≤ $LIMIT_US)".format(copying)) +
                "bench crossing-bindings: %.3f µs for a call of the bindings, %.0f × a crossing (no bound)\n".format(calling, calling / crossing),
        )
        phone.close()
        assertTrue(said.readText(), crossing <= LIMIT_US && besides <= LIMIT_US)
    }

    /** µs of a crossing, of a unit, of its copy, and of a call of the bindings. */
    private fun round(): List<Double> =
        listOf(
            // Parameter sets, which the format has already: found, looked at, and kept nowhere.
            each(CALLS) { check(door.push(Track.Video, into, 0, into.limit(), 0, 0, CODEC_CONFIG) == NOTHING) },
            each(pictures.size) { push(pictures[it]) }.also { Thread.sleep(WRITER_MS) },
            each(pictures.size) { into.clear().put(pictures[it].bytes.duplicate()) },
            each(CALLS) { bound.isPractice() },
        )

    private fun push(unit: EncodedScene.Unit) {
        pushedUnits += 1
        val atUs = phone.nowUs + pushedUnits * EncodedScene.PICTURE_US
        val became = door.push(Track.Video, unit.bytes, 0, unit.bytes.limit(), atUs, atUs + LATE_US, if (unit.isKey) KEY_FRAME else 0)
        check(became == FrameDoor.WAITS || became == FrameDoor.KEY_FRAME_WANTED) { "$became" }
    }

    private inline fun each(times: Int, act: (Int) -> Unit): Double {
        val from = System.nanoTime()
        for (time in 0 until times) act(time)
        return (System.nanoTime() - from) / 1000.0 / times
    }

    private fun line(name: String, value: Double, what: String) = "bench $name: %.3f $what %s\n".format(value, if (value <= LIMIT_US) "ok" else "MISSED")

    private companion object {
        const val LIMIT_US = 2.0
        const val WARM = 20
        const val CALLS = 20_000
        const val LATE_US = 30_000L
        const val KEY_FRAME = 1
        const val CODEC_CONFIG = 2
        const val NOTHING = 3

        /** The writer gets the units of a round to the disk meanwhile: its buffer is for stalls. */
        const val WRITER_MS = 100L
    }
}
