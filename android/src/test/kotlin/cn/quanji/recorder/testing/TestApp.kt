package cn.quanji.recorder.testing

import android.app.Application
import cn.quanji.recorder.AppGraph
import cn.quanji.recorder.HasAppGraph
import cn.quanji.recorder.core.Core
import cn.quanji.recorder.core.CoreState
import cn.quanji.recorder.core.MainThread
import cn.quanji.recorder.core.PickedFolder
import cn.quanji.recorder.dock.DockWork
import cn.quanji.recorder.licences.AndroidLicences
import cn.quanji.recorder.reminders.Reminders
import cn.quanji.recorder.shiftcheck.PhonePage
import cn.quanji.recorder.uploads.UploadJobs
import cn.quanji.recorder.core.ScannedInvitation
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob

/** The app with what the test prepares. What blocks runs on the main looper too: a test that idles it has seen everything. */
class TestApp : Application(), HasAppGraph {
    lateinit var coreState: CoreState
    val records = FakeRecords()
    val handOver = FakeHandOver()
    val carrying = FakeCarrying()
    val pickedFolder = PickedFolder()
    val lastDock = FakeLastDock()
    val scenes = FakeScenes()
    val enrolment = FakeEnrolment()
    val scanned = ScannedInvitation()
    val finder = FakeFinder()
    val viewfinder = FakeViewfinder()
    var settingsOpened = 0
    var lasting = Samples.lasting
    val shiftChecks = FakeShiftChecks()
    val phonePages = ArrayList<PhonePage>()
    val issuance = FakeIssuance()
    val films = FakeFilms()
    val player = FakePlayer()
    val practised = FakePractised()
    val roster = FakeRoster()
    val session = FakeSession()
    val hands = FakeHands()
    val preferences = FakePreferences()
    val background = FakeBackgroundWork()
    var nowMs = Samples.nowMs

    override val graph by lazy {
        AppGraph(
            core = object : Core { override fun load() = coreState },
            records = records,
            handOver = handOver,
            dockWork = DockWork(handOver, carrying, ::NamedStick, CoroutineScope(SupervisorJob() + MainThread()), MainThread()),
            pickedFolder = pickedFolder,
            lastDock = lastDock,
            enrolment = enrolment,
            scanned = scanned,
            finder = finder,
            viewfinder = viewfinder,
            appSettings = { settingsOpened += 1 },
            scenes = scenes,
            roster = roster,
            outlook = { lasting },
            shiftChecks = shiftChecks,
            phonePages = { phonePages += it },
            issuance = issuance,
            films = films,
            player = player,
            practiceRecords = practised,
            session = session,
            hands = hands,
            preferences = preferences,
            background = background,
            licences = AndroidLicences(resources),
            uploadJobs = UploadJobs(this) { nowMs },
            reminders = Reminders(this, getSharedPreferences("reminders", MODE_PRIVATE)) { nowMs },
            appVersion = "0.1.0",
            isCoreUntried = true,
            nowMs = { nowMs },
            mainThread = MainThread(),
            worker = MainThread(),
        )
    }
}
