package cn.quanji.recorder.testing

import android.app.Activity
import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Canvas
import android.graphics.Color
import java.awt.image.BufferedImage
import java.awt.image.DataBuffer
import java.awt.image.IndexColorModel
import java.io.File
import javax.imageio.ImageIO
import kotlin.math.abs
import org.junit.Assert.fail

/**
 * What a screen looks like, held to the reference beside it.
 *
 * The drawn one is always written to `target/android/build/pictures`; with QUANJI_RENEW_PICTURES set it becomes the reference, to be looked at.
 */
object Pictures {
    /** Part of all pixels that may differ visibly: the edges of letters, and no word. */
    private const val MAY_DIFFER = 0.002

    /** Difference of a channel, of 255, that an eye can tell. */
    private const val VISIBLE = 24

    private val drawnFolder = File(System.getProperty("quanji.pictures")!!)
    private val referenceFolder = File(System.getProperty("quanji.references")!!)

    fun draw(activity: Activity): Bitmap {
        val page = activity.window.decorView
        val bitmap = Bitmap.createBitmap(page.width, page.height, Bitmap.Config.ARGB_8888)
        page.draw(Canvas(bitmap))
        return bitmap
    }

    fun assertLooksAsBefore(name: String, drawn: Bitmap) {
        write(File(drawnFolder, "$name.png"), drawn)
        val reference = File(referenceFolder, "$name.png")
        if (System.getenv("QUANJI_RENEW_PICTURES") != null) write(reference, drawn)
        val before = BitmapFactory.decodeFile(reference.path) ?: return fail("$reference is missing: look at $drawnFolder/$name.png first")
        if (before.width != drawn.width || before.height != drawn.height) {
            fail("$name: ${drawn.width} × ${drawn.height}, the reference is ${before.width} × ${before.height}")
        }
        val differing = differing(pixels(before), pixels(drawn))
        if (differing > drawn.width * drawn.height * MAY_DIFFER) {
            fail("$name: $differing pixels differ visibly; compare $drawnFolder/$name.png with $reference")
        }
    }

    private fun differing(one: IntArray, other: IntArray): Int =
        one.indices.count {
            abs(Color.red(one[it]) - Color.red(other[it])) > VISIBLE ||
                abs(Color.green(one[it]) - Color.green(other[it])) > VISIBLE ||
                abs(Color.blue(one[it]) - Color.blue(other[it])) > VISIBLE
        }

    private fun pixels(of: Bitmap) = IntArray(of.width * of.height).also { of.getPixels(it, 0, of.width, 0, 0, of.width, of.height) }

    /** With at most 256 colours, those first that stand most often on it: a picture weighs a third, and no eye sees it. */
    private fun write(file: File, bitmap: Bitmap) {
        file.parentFile!!.mkdirs()
        val drawn = pixels(bitmap)
        val often = drawn.asList().groupingBy { it }.eachCount().entries.sortedByDescending { it.value }.map { it.key }
        // A rare colour needs no place of its own beside one that looks like it: otherwise the shades of one word would take the room of another's.
        val palette = often.fold(ArrayList<Int>()) { chosen, color -> chosen.apply { if (size < PALETTE && none { distance(it, color) < ALIKE }) add(color) } }
        val nearest = often.associateWith { color -> if (color in palette) color else palette.minBy { distance(it, color) } }
        val colors = IndexColorModel(BITS, palette.size, palette.toIntArray(), 0, false, -1, DataBuffer.TYPE_BYTE)
        val image = BufferedImage(bitmap.width, bitmap.height, BufferedImage.TYPE_BYTE_INDEXED, colors)
        image.setRGB(0, 0, bitmap.width, bitmap.height, IntArray(drawn.size) { nearest.getValue(drawn[it]) }, 0, bitmap.width)
        ImageIO.write(image, "png", file)
    }

    private fun distance(one: Int, other: Int): Int =
        listOf(Color.red(one) - Color.red(other), Color.green(one) - Color.green(other), Color.blue(one) - Color.blue(other)).sumOf { it * it }

    /** Of squares over the channels: about three of 255 in each. */
    private const val ALIKE = 27
    private const val BITS = 8
    private const val PALETTE = 256
}
