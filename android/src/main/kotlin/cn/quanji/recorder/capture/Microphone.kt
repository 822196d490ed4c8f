package cn.quanji.recorder.capture

import cn.quanji.recorder.core.FrameDoor

/** The phone's microphone. Each opening is a thread of its own, which ends with it. */
class Microphone(private val clock: MonoClock) : SoundSource {
    private var take: SoundTake? = null

    override fun start(door: FrameDoor, told: (SoundSays) -> Unit) {
        stop()
        take = SoundTake(door, clock, told).also { it.start() }
    }

    override fun go() {
        take?.go()
    }

    override fun stop() {
        take?.end()
        take = null
    }
}
