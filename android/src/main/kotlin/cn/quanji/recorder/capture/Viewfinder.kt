package cn.quanji.recorder.capture

/**
 * What the camera of the running record sees, for whoever wants to know where it points.
 *
 * It is drawn from the small pictures that the watches need anyway, and is no output of the session: nothing is set up anew when somebody begins or ceases
 * to look, and a page that goes away takes nothing with it (docs/adr/0029).
 */
interface Viewfinder {
    /** [seen] is called from the camera's thread, some times a second, until [unwatch]. */
    fun watch(seen: (Glimpse) -> Unit)

    fun unwatch()
}

/** Brightness, one byte a pixel, to be turned by [turns] quarters clockwise to stand upright. */
class Glimpse(private val plane: ByteArray, private val width: Int, private val height: Int, private val turns: Int) {
    private val isOnItsSide = turns % 2 != 0
    val uprightWidth: Int = if (isOnItsSide) height else width
    val uprightHeight: Int = if (isOnItsSide) width else height

    /** Opaque greys, row after row, upright. */
    fun upright(): IntArray = IntArray(width * height) { at ->
        val (x, y) = at % uprightWidth to at / uprightWidth
        val from = when (turns) {
            1 -> (height - 1 - x) * width + y
            2 -> (height - 1 - y) * width + width - 1 - x
            3 -> x * width + width - 1 - y
            else -> y * width + x
        }
        val grey = plane[from].toInt() and 0xFF
        OPAQUE or (grey shl 16) or (grey shl 8) or grey
    }

    private companion object {
        const val OPAQUE = 0xFF shl 24
    }
}
