package cn.quanji.recorder.core

import java.util.concurrent.atomic.AtomicReference

/** An invitation that was scanned, until the page of the enrolment takes it. In memory alone: a saved state would hold its secret. */
class ScannedInvitation {
    private val waiting = AtomicReference<Invitation?>()

    fun bring(invitation: Invitation) = waiting.set(invitation)

    /** Null where none waits. */
    fun take(): Invitation? = waiting.getAndSet(null)
}
