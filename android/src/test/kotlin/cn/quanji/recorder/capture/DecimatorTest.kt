package cn.quanji.recorder.capture

import java.nio.ByteBuffer
import java.nio.ByteOrder
import kotlin.math.PI
import kotlin.math.roundToInt
import kotlin.math.sin
import kotlin.math.sqrt
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

class DecimatorTest {
    @Test
    fun `a voice passes as loud as it was`() = assertEquals(1.0, passed(1_000.0), 0.02)

    @Test
    fun `what 16 kHz cannot hold does not come back as something else`() = assertTrue("${passed(9_500.0)}", passed(9_500.0) < 0.01)

    @Test
    fun `one of three samples is written, whatever the pieces`() {
        val decimator = Decimator()
        val from = ByteBuffer.allocateDirect(2000).order(ByteOrder.nativeOrder())
        val to = ByteBuffer.allocateDirect(2000).order(ByteOrder.nativeOrder())
        val written = listOf(2, 4, 1000, 794).sumOf { decimator.decimate(from, it, to) }
        assertEquals(1800 / 2 / 3 * 2, written)
    }

    /** How much of a tone is left. */
    private fun passed(hertz: Double): Double {
        val samples = 48_000
        val from = ByteBuffer.allocateDirect(2 * samples).order(ByteOrder.nativeOrder())
        for (at in 0 until samples) from.putShort(2 * at, (10_000 * sin(2 * PI * hertz * at / 48_000)).roundToInt().toShort())
        val to = ByteBuffer.allocateDirect(2 * samples).order(ByteOrder.nativeOrder())
        val written = Decimator().decimate(from, 2 * samples, to) / 2
        val sum = (100 until written).sumOf { to.getShort(2 * it).toDouble().let { x -> x * x } }
        return sqrt(sum / (written - 100)) / (10_000 / sqrt(2.0))
    }
}
