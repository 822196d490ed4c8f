package cn.quanji.recorder.story

import android.app.Application
import cn.quanji.recorder.AppGraph
import cn.quanji.recorder.CheckOfPhone
import cn.quanji.recorder.HasAppGraph
import cn.quanji.recorder.OutlookOfPhone
import cn.quanji.recorder.Planned
import cn.quanji.recorder.SceneOfRecord
import cn.quanji.recorder.core.AndroidPackagedLibraries
import cn.quanji.recorder.core.KeystoreVouching
import cn.quanji.recorder.core.LibraryCore
import cn.quanji.recorder.core.MainThread
import cn.quanji.recorder.core.Network
import cn.quanji.recorder.core.PickedFolder
import cn.quanji.recorder.core.ScannedInvitation
import cn.quanji.recorder.core.Step
import cn.quanji.recorder.core.Language
import cn.quanji.recorder.core.VaultCarrying
import cn.quanji.recorder.core.VaultEnrolment
import cn.quanji.recorder.core.VaultFilms
import cn.quanji.recorder.core.VaultHandOver
import cn.quanji.recorder.core.VaultIssuance
import cn.quanji.recorder.core.VaultRecords
import cn.quanji.recorder.licences.AndroidLicences
import cn.quanji.recorder.dock.AndroidSticks
import cn.quanji.recorder.dock.DockWork
import cn.quanji.recorder.lookedFor
import cn.quanji.recorder.recording.AndroidPresence
import cn.quanji.recorder.reminders.Reminders
import cn.quanji.recorder.testing.FakeBackgroundWork
import cn.quanji.recorder.testing.FakeFinder
import cn.quanji.recorder.testing.FakeLastDock
import cn.quanji.recorder.testing.FakePlayer
import cn.quanji.recorder.testing.FakePreferences
import cn.quanji.recorder.testing.FakeRoster
import cn.quanji.recorder.testing.FakeViewfinder
import cn.quanji.recorder.testing.SetConnection
import cn.quanji.recorder.testing.SimulatedPhone
import cn.quanji.recorder.uploads.UploadJobs
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch

/** The app as it is put together for a phone; of the phone itself, camera, microphone, clock and network are played. */
class StoryApp : Application(), HasAppGraph {
    // The agency lives by this machine's clock, and what is played takes less time than it shows: the phone is some minutes behind.
    val phone by lazy {
        SimulatedPhone(
            bootedAtUs = (System.currentTimeMillis() - BOOTED_BEFORE_MS) * 1000,
            kept = AndroidPresence(this),
            hardwareKey = KeystoreVouching(hasStrongBox = true),
        )
    }
    val connection = SetConnection(Network.None)

    private val preferences = FakePreferences()
    private var process: Process? = null

    override val graph: AppGraph
        get() = (process ?: Process(CoroutineScope(SupervisorJob() + MainThread())).also { process = it }).graph

    /** The process ends as by a kill. The next begins with whoever asks for its graph: a page, a job, an alarm. */
    fun killed(isRebooted: Boolean) {
        process?.scope?.cancel()
        process = null
        phone.killed(isRebooted)
    }

    /** The test is over: nothing of it goes on behind the next. */
    fun ended() {
        process?.scope?.cancel()
        process = null
        phone.close()
    }

    private inner class Process(val scope: CoroutineScope) {
        val graph = graph(scope)
    }

    private fun graph(scope: CoroutineScope): AppGraph {
        val uploadJobs = UploadJobs(this, System::currentTimeMillis)
        val reminders = Reminders(this, getSharedPreferences("reminders", MODE_PRIVATE), System::currentTimeMillis)
        val handOver = VaultHandOver(phone.vault, connection, Planned(uploadJobs, reminders), scope, Dispatchers.IO, System::currentTimeMillis)
        scope.launch { lookedFor(phone.session.state, preferences.choices).collect { handOver.look() } }
        return AppGraph(
            core = LibraryCore(AndroidPackagedLibraries()),
            records = VaultRecords(phone.vault, connection, System::currentTimeMillis, grew = handOver::look),
            handOver = handOver,
            dockWork = DockWork(handOver, VaultCarrying(phone.vault, System::currentTimeMillis, brought = handOver::look), AndroidSticks(contentResolver), scope, Dispatchers.IO),
            pickedFolder = PickedFolder(),
            lastDock = FakeLastDock(),
            enrolment = VaultEnrolment(phone.vault, "a phone", enrolled = handOver::look),
            scanned = ScannedInvitation(),
            finder = FakeFinder(),
            viewfinder = FakeViewfinder(),
            appSettings = {},
            outlook = OutlookOfPhone(phone.recorder, phone.signals) { phone.recorder.wanted(Step.FullHd, isHevc = false) },
            shiftChecks = CheckOfPhone(phone.recorder, phone.signals, phone.session, { phone.recorder.wanted(Step.FullHd, isHevc = false) }, kept = { scope.launch { handOver.handOver() } }),
            phonePages = {},
            issuance = VaultIssuance(phone.vault) { Language.Chinese },
            films = VaultFilms(phone.vault),
            player = FakePlayer(),
            practiceRecords = phone.vault,
            scenes = SceneOfRecord(phone.recorder, phone.session.state, scope, Dispatchers.IO),
            roster = FakeRoster(),
            session = phone.session,
            hands = phone.session,
            preferences = preferences,
            background = FakeBackgroundWork(),
            licences = AndroidLicences(resources),
            uploadJobs = uploadJobs,
            reminders = reminders,
            appVersion = "0.1.0",
            isCoreUntried = true,
            nowMs = System::currentTimeMillis,
            mainThread = MainThread(),
            worker = Dispatchers.IO,
        )
    }

    private companion object {
        const val BOOTED_BEFORE_MS = 2 * 60_000L
    }
}
