package cn.quanji.recorder

import cn.quanji.recorder.capture.PhoneSignals
import cn.quanji.recorder.capture.SourceTrials
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Asked
import cn.quanji.recorder.core.CheckDone
import cn.quanji.recorder.core.Located
import cn.quanji.recorder.core.Recorder
import cn.quanji.recorder.core.ShiftCheck
import cn.quanji.recorder.core.ShiftChecks
import cn.quanji.recorder.core.Tried
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.core.Wanted
import kotlin.coroutines.resume
import kotlinx.coroutines.suspendCancellableCoroutine

/** Measured by this phone, at the quality that a recording would begin with, judged and kept by the core. */
class CheckOfPhone(
    private val recorder: Recorder,
    private val signals: PhoneSignals,
    private val trials: SourceTrials,
    private val wanted: () -> Wanted,
    /** A check is kept: the agency is to have it. */
    private val kept: () -> Unit,
) : ShiftChecks {
    override fun today(): ShiftCheck? = recorder.shiftCheckOfToday()

    override suspend fun measure(): CheckDone {
        val asked = try {
            recorder.askedAtStart(wanted(), signals.conditions())
        } catch (_: LinkageError) {
            return CheckDone.Not(Trouble.NotInThisVersion)
        }
        val tried = tried(asked.picture) ?: return CheckDone.Recording
        return when (val done = recorder.checkBeforeDuty(checked(), asked, tried)) {
            is Answer.Of -> CheckDone.Of(done.value).also { kept() }
            is Answer.Not -> if (done.trouble == Trouble.Busy) CheckDone.Recording else CheckDone.Not(done.trouble)
        }
    }

    private suspend fun tried(asked: Asked.Picture?): Tried? = suspendCancellableCoroutine { waits ->
        waits.invokeOnCancellation { trials.stopTrying() }
        trials.tryOut(asked) { waits.resume(it) }
    }

    /** Before duty nobody has asked for the place yet: that there is no fix says nothing while it could be asked for. */
    private fun checked() = signals.checked().let { if (it.located == Located.None && signals.isPlaceOn()) it.copy(located = null) else it }
}
