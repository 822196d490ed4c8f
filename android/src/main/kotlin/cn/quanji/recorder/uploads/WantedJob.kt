package cn.quanji.recorder.uploads

import cn.quanji.recorder.core.NextHandOver
import kotlin.math.max

/** A job that brings the process back when it can send something. */
data class WantedJob(val over: Over, val delayMs: Long) {
    /** Which network it waits for. */
    enum class Over {
        Any,

        /** One that is no SIM's and is not paid for: over another its film would only wait again. */
        Free,
    }

    companion object {
        /** After a run: what was just tried is not tried at once. */
        const val REST_MS = 60_000L

        fun of(next: NextHandOver, hasRun: Boolean, nowMs: Long): List<WantedJob> {
            val least = if (hasRun) REST_MS else 0
            fun wanted(over: Over, fromMs: Long?) = fromMs?.let { WantedJob(over, max(least, max(it, nowMs) - nowMs)) }
            val overAny = wanted(Over.Any, next.overAnyMs)
            val overFree = wanted(Over.Free, next.overFreeMs)
            // A job over any network takes the free one too when that is what there is.
            val isOfUse = next.overAnyMs == null || next.overFreeMs != null && next.overFreeMs < next.overAnyMs
            return listOfNotNull(overAny, overFree.takeIf { isOfUse })
        }
    }
}
