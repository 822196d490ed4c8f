package cn.quanji.recorder.capture

import cn.quanji.recorder.core.FrameDoor
import cn.quanji.recorder.core.Track
import java.nio.ByteBuffer

/** The encoder's side of [UnitGate]. */
interface EncoderOutput {
    /** The unit's own direct buffer; it is the encoder's again once released. */
    fun buffer(index: Int): ByteBuffer

    fun release(index: Int)

    fun makeKeyFrame()
}

/**
 * Takes encoded units from an encoder and puts them through the door.
 *
 * Until the take's format is laid they wait in the encoder's own buffers: nothing is copied, and nothing is lost, for an encoder whose buffers are full
 * waits too, and the microphone behind it keeps seconds. Everything here is called on the encoder's one thread, and makes no object.
 */
class UnitGate(private val track: Track, private val door: FrameDoor, private val clock: MonoClock, private val output: EncoderOutput) {
    private var isOpen = false
    private val waiting = IntArray(MOST * FIELDS)
    private val stamps = LongArray(MOST * 2)
    private var count = 0

    fun onUnit(index: Int, offset: Int, length: Int, stampUs: Long, flags: Int) {
        val arrivedUs = clock.nowUs()
        when {
            isOpen -> put(index, offset, length, stampUs, arrivedUs, flags)
            // More than any encoder has buffers: what cannot wait goes through, and is counted there as lost.
            count == MOST -> put(index, offset, length, stampUs, arrivedUs, flags)
            else -> {
                waiting[count * FIELDS] = index
                waiting[count * FIELDS + 1] = offset
                waiting[count * FIELDS + 2] = length
                waiting[count * FIELDS + 3] = flags
                stamps[count * 2] = stampUs
                stamps[count * 2 + 1] = arrivedUs
                count += 1
            }
        }
    }

    fun open() {
        if (isOpen) return
        isOpen = true
        for (at in 0 until count) {
            put(waiting[at * FIELDS], waiting[at * FIELDS + 1], waiting[at * FIELDS + 2], stamps[at * 2], stamps[at * 2 + 1], waiting[at * FIELDS + 3])
        }
        count = 0
    }

    private fun put(index: Int, offset: Int, length: Int, stampUs: Long, arrivedUs: Long, flags: Int) {
        val became = door.push(track, output.buffer(index), offset, length, stampUs, arrivedUs, flags)
        output.release(index)
        if (became == FrameDoor.KEY_FRAME_WANTED) output.makeKeyFrame()
    }

    private companion object {
        const val MOST = 64
        const val FIELDS = 4
    }
}
