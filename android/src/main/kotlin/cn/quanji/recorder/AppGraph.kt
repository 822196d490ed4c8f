package cn.quanji.recorder

import cn.quanji.recorder.capture.CodeFinder
import cn.quanji.recorder.capture.Viewfinder
import cn.quanji.recorder.core.Core
import cn.quanji.recorder.core.Enrolment
import cn.quanji.recorder.core.Films
import cn.quanji.recorder.core.HandOver
import cn.quanji.recorder.core.Issuance
import cn.quanji.recorder.core.LastDock
import cn.quanji.recorder.core.Outlook
import cn.quanji.recorder.core.PickedFolder
import cn.quanji.recorder.core.PracticeRecords
import cn.quanji.recorder.core.Preferences
import cn.quanji.recorder.core.Records
import cn.quanji.recorder.core.ScannedInvitation
import cn.quanji.recorder.core.Roster
import cn.quanji.recorder.core.Scenes
import cn.quanji.recorder.core.ShiftChecks
import cn.quanji.recorder.dock.DockWork
import cn.quanji.recorder.film.Player
import cn.quanji.recorder.keys.Hands
import cn.quanji.recorder.licences.Licences
import cn.quanji.recorder.recording.RecordingSession
import cn.quanji.recorder.reminders.Reminders
import cn.quanji.recorder.scan.AppSettings
import cn.quanji.recorder.settings.BackgroundWork
import cn.quanji.recorder.shiftcheck.PhonePages
import cn.quanji.recorder.uploads.UploadJobs
import kotlinx.coroutines.CoroutineDispatcher

/** What the app is made of, put together by hand and once. */
class AppGraph(
    val core: Core,
    val records: Records,
    val handOver: HandOver,
    val dockWork: DockWork,
    val pickedFolder: PickedFolder,
    val lastDock: LastDock,
    val enrolment: Enrolment,
    val scanned: ScannedInvitation,
    val finder: CodeFinder,
    val viewfinder: Viewfinder,
    val appSettings: AppSettings,
    val scenes: Scenes,
    val roster: Roster,
    val outlook: Outlook,
    val shiftChecks: ShiftChecks,
    val phonePages: PhonePages,
    val issuance: Issuance,
    val films: Films,
    val player: Player,
    val practiceRecords: PracticeRecords,
    val session: RecordingSession,
    val hands: Hands,
    val preferences: Preferences,
    val background: BackgroundWork,
    val licences: Licences,
    val uploadJobs: UploadJobs,
    val reminders: Reminders,
    val appVersion: String,
    /** Whether the packed core has never run on a phone (docs/adr/0022). */
    val isCoreUntried: Boolean,
    /** Milliseconds since 1970. */
    val nowMs: () -> Long,
    val mainThread: CoroutineDispatcher,
    /** For what blocks. */
    val worker: CoroutineDispatcher,
)

/** An application that has the graph: the real one, or a test's. */
interface HasAppGraph {
    val graph: AppGraph
}
