package cn.quanji.recorder.capture

import java.nio.ByteBuffer
import kotlin.math.PI
import kotlin.math.cos
import kotlin.math.roundToInt
import kotlin.math.sin

/**
 * 48 kHz to 16 kHz for the detector of speech, and for it alone: the record keeps the microphone's own samples (docs/adr/0026).
 *
 * A low pass of [TAPS] taps (Hamming, 7 kHz), of which each third answer is kept. Works in the buffers it is given and makes no object.
 */
class Decimator {
    private val past = ShortArray(TAPS)
    private var at = 0
    private var phase = 0

    /** 16-bit samples, in native order; how many bytes were written. */
    fun decimate(from: ByteBuffer, bytes: Int, to: ByteBuffer): Int {
        var written = 0
        for (index in 0 until bytes step 2) {
            past[at] = from.getShort(index)
            at = (at + 1) % TAPS
            phase = (phase + 1) % FACTOR
            if (phase != 0) continue
            to.putShort(written, answer())
            written += 2
        }
        return written
    }

    private fun answer(): Short {
        var sum = 0f
        var from = at
        for (tap in 0 until TAPS) {
            sum += FILTER[tap] * past[from]
            from = if (from + 1 == TAPS) 0 else from + 1
        }
        return sum.roundToInt().coerceIn(Short.MIN_VALUE.toInt(), Short.MAX_VALUE.toInt()).toShort()
    }

    private companion object {
        const val FACTOR = 3
        const val TAPS = 63
        const val CUT = 7_000.0 / 48_000.0
        val FILTER = FloatArray(TAPS).also { filter ->
            val middle = (TAPS - 1) / 2.0
            val raw = DoubleArray(TAPS) { tap ->
                val x = tap - middle
                val sinc = if (x == 0.0) 2 * CUT else sin(2 * PI * CUT * x) / (PI * x)
                sinc * (0.54 - 0.46 * cos(2 * PI * tap / (TAPS - 1)))
            }
            val whole = raw.sum()
            raw.forEachIndexed { tap, value -> filter[tap] = (value / whole).toFloat() }
        }
    }
}
