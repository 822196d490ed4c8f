package cn.quanji.recorder

import cn.quanji.recorder.core.Choices
import cn.quanji.recorder.core.NextHandOver
import cn.quanji.recorder.core.RecordSummary
import cn.quanji.recorder.core.Watch
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.reminders.Reminders
import cn.quanji.recorder.uploads.UploadJobs
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.distinctUntilChanged

/** What happens while nobody looks, by what stands on the phone. */
class Planned(private val jobs: UploadJobs, private val reminders: Reminders) : Watch {
    override fun waits(next: NextHandOver, hasRun: Boolean) = jobs.plan(next, hasRun)

    override fun owes(records: List<RecordSummary>) = reminders.follow(records)
}

/** Changes when something came to wait without the queue having heard of it: a record began or ended, or another vault is the one that counts. */
fun lookedFor(session: Flow<RecordingState>, choices: Flow<Choices>): Flow<Any> =
    combine(session, choices) { state, chosen -> state::class to chosen.isPractice }.distinctUntilChanged()
