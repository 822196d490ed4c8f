package cn.quanji.recorder.photo

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Matrix
import android.media.ExifInterface
import java.io.ByteArrayInputStream
import java.io.IOException

/** A still as it is seen on a screen: upright, and sampled down. */
internal object Still {
    /** More than this on a side is finer than any phone's screen. */
    private const val MOST_SIDE = 2_048

    /** Null where it is no picture. */
    fun decode(jpeg: ByteArray): Bitmap? {
        val bounds = BitmapFactory.Options().apply { inJustDecodeBounds = true }
        BitmapFactory.decodeByteArray(jpeg, 0, jpeg.size, bounds)
        val options = BitmapFactory.Options().apply { inSampleSize = sample(bounds.outWidth, bounds.outHeight) }
        val found = BitmapFactory.decodeByteArray(jpeg, 0, jpeg.size, options) ?: return null
        val degrees = degrees(jpeg)
        if (degrees == 0f) return found
        return Bitmap.createBitmap(found, 0, 0, found.width, found.height, Matrix().apply { setRotate(degrees) }, true)
    }

    /** The power of two by which the larger side fits. */
    fun sample(width: Int, height: Int): Int {
        var sample = 1
        while (maxOf(width, height) / sample > MOST_SIDE) sample *= 2
        return sample
    }

    /** Some cameras turn the picture, others say how it is to be turned. */
    private fun degrees(jpeg: ByteArray): Float =
        try {
            when (ExifInterface(ByteArrayInputStream(jpeg)).getAttributeInt(ExifInterface.TAG_ORIENTATION, ExifInterface.ORIENTATION_NORMAL)) {
                ExifInterface.ORIENTATION_ROTATE_90 -> 90f
                ExifInterface.ORIENTATION_ROTATE_180 -> 180f
                ExifInterface.ORIENTATION_ROTATE_270 -> 270f
                else -> 0f
            }
        } catch (_: IOException) {
            0f
        }
}
