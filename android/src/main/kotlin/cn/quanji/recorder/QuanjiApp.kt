package cn.quanji.recorder

import android.app.Application
import android.content.pm.PackageManager.FEATURE_STRONGBOX_KEYSTORE
import android.net.ConnectivityManager
import android.os.Build
import android.os.SystemClock
import android.provider.Settings
import cn.quanji.recorder.capture.AndroidSignals
import cn.quanji.recorder.capture.Camera
import cn.quanji.recorder.capture.HandlerLane
import cn.quanji.recorder.capture.Microphone
import cn.quanji.recorder.capture.MonoClock
import cn.quanji.recorder.capture.hevcEncoderFor
import cn.quanji.recorder.core.AndroidConnection
import cn.quanji.recorder.core.AndroidPackagedLibraries
import cn.quanji.recorder.core.Choices
import cn.quanji.recorder.core.Coding
import cn.quanji.recorder.core.CoreAloud
import cn.quanji.recorder.core.KeystoreVouching
import cn.quanji.recorder.core.KeystoreWrapping
import cn.quanji.recorder.core.Language
import cn.quanji.recorder.core.LibraryCodeReader
import cn.quanji.recorder.core.LibraryCore
import cn.quanji.recorder.core.MainThread
import cn.quanji.recorder.core.PickedFolder
import cn.quanji.recorder.core.Preferences
import cn.quanji.recorder.core.Recorder
import cn.quanji.recorder.core.ScannedInvitation
import cn.quanji.recorder.core.SealedFiles
import cn.quanji.recorder.core.SealedRoster
import cn.quanji.recorder.core.Step
import cn.quanji.recorder.core.StoredLastDock
import cn.quanji.recorder.core.StoredPreferences
import cn.quanji.recorder.core.SystemRoots
import cn.quanji.recorder.core.Vault
import cn.quanji.recorder.core.VaultCarrying
import cn.quanji.recorder.core.VaultEnrolment
import cn.quanji.recorder.core.VaultFilms
import cn.quanji.recorder.core.VaultHandOver
import cn.quanji.recorder.core.VaultIssuance
import cn.quanji.recorder.core.VaultRecords
import cn.quanji.recorder.core.Wanted
import cn.quanji.recorder.dock.AndroidSticks
import cn.quanji.recorder.dock.DockWork
import cn.quanji.recorder.film.AndroidPlayer
import cn.quanji.recorder.licences.AndroidLicences
import cn.quanji.recorder.recording.AndroidPresence
import cn.quanji.recorder.recording.LiveSession
import cn.quanji.recorder.recording.words
import cn.quanji.recorder.reminders.Reminders
import cn.quanji.recorder.scan.AndroidAppSettings
import cn.quanji.recorder.settings.AndroidBackgroundWork
import cn.quanji.recorder.shiftcheck.AndroidPhonePages
import cn.quanji.recorder.telling.AndroidTelling
import cn.quanji.recorder.uploads.UploadJobs
import java.io.File
import kotlin.random.Random
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.launch

class QuanjiApp : Application(), HasAppGraph {
    override val graph by lazy {
        val preferences = StoredPreferences(getSharedPreferences("choices", MODE_PRIVATE))
        val vault = vault(preferences)
        val recorder = Recorder(vault)
        val clock = MonoClock { SystemClock.elapsedRealtimeNanos() / 1000 }
        val camera = Camera(this, clock, LibraryCodeReader())
        val signals = AndroidSignals(this, folder)
        val wanted = { wanted(recorder, preferences.choices.value) }
        lateinit var scenes: SceneOfRecord
        val session = LiveSession(
            recorder = recorder,
            picture = camera,
            sound = Microphone(clock),
            signals = signals,
            presence = AndroidPresence(this),
            telling = AndroidTelling(this, preferences),
            word = { getString(it.words) },
            aloud = CoreAloud({ vault }, { scenes.known }, ::language, System::currentTimeMillis),
            wanted = wanted,
            lane = HandlerLane("session"),
            clock = clock,
            chance = Random.Default,
        )
        val connection = AndroidConnection(getSystemService(ConnectivityManager::class.java))
        val background = AndroidBackgroundWork(this)
        val mainThread = MainThread()
        val scope = CoroutineScope(SupervisorJob() + mainThread)
        val uploadJobs = UploadJobs(this, System::currentTimeMillis)
        val reminders = Reminders(this, getSharedPreferences("reminders", MODE_PRIVATE), System::currentTimeMillis)
        val handOver = VaultHandOver(vault, connection, Planned(uploadJobs, reminders), scope, Dispatchers.IO, System::currentTimeMillis)
        scenes = SceneOfRecord(recorder, session.state, scope, Dispatchers.IO)
        scope.launch { lookedFor(session.state, preferences.choices).collect { handOver.look() } }
        AppGraph(
            core = LibraryCore(AndroidPackagedLibraries()),
            records = VaultRecords(vault, connection, System::currentTimeMillis, grew = handOver::look),
            handOver = handOver,
            dockWork = DockWork(handOver, VaultCarrying(vault, System::currentTimeMillis, brought = handOver::look), AndroidSticks(contentResolver), scope, Dispatchers.IO),
            pickedFolder = PickedFolder(),
            lastDock = StoredLastDock(getSharedPreferences("dock", MODE_PRIVATE)),
            enrolment = VaultEnrolment(vault, Build.MODEL, enrolled = handOver::look),
            scanned = ScannedInvitation(),
            finder = camera,
            viewfinder = camera,
            appSettings = AndroidAppSettings(this),
            scenes = scenes,
            roster = SealedRoster(secrets),
            outlook = OutlookOfPhone(recorder, signals, wanted),
            shiftChecks = CheckOfPhone(recorder, signals, session, wanted, kept = { scope.launch(Dispatchers.IO) { handOver.handOver() } }),
            phonePages = AndroidPhonePages(this, background::openItsSettings),
            issuance = VaultIssuance(vault, ::language),
            films = VaultFilms(vault),
            player = AndroidPlayer(),
            practiceRecords = vault,
            session = session,
            hands = session,
            preferences = preferences,
            background = background,
            licences = AndroidLicences(resources),
            uploadJobs = uploadJobs,
            reminders = reminders,
            appVersion = version(),
            isCoreUntried = resources.getBoolean(R.bool.core_is_untried),
            nowMs = System::currentTimeMillis,
            mainThread = mainThread,
            worker = Dispatchers.IO,
        )
    }

    /** What is wanted, without what this phone has no encoder for. */
    private fun wanted(recorder: Recorder, choices: Choices): Wanted {
        val wanted = recorder.wanted(if (choices.isFullHd) Step.FullHd else Step.Hd, choices.isHevc)
        return wanted.copy(hevcAt = wanted.hevcAt.filter { step -> recorder.pictureAt(wanted, step, Coding.Hevc)?.let(::hevcEncoderFor) != null })
    }

    private val hasStrongBox by lazy { packageManager.hasSystemFeature(FEATURE_STRONGBOX_KEYSTORE) }
    private val secrets by lazy { SealedFiles(File(noBackupFilesDir, "secrets"), KeystoreWrapping(hasStrongBox)) }

    /** Chinese is what a phone in any other language shows, and reads. */
    private fun language() = if (resources.configuration.locales[0].language == "en") Language.English else Language.Chinese

    private fun vault(preferences: Preferences): Vault {
        val bootCount = Settings.Global.getInt(contentResolver, Settings.Global.BOOT_COUNT, 0)
        return Vault(
            folder,
            secrets,
            bootCount.toLong(),
            version(),
            isPractice = { preferences.choices.value.isPractice },
            roots = SystemRoots(),
            hardwareKey = KeystoreVouching(hasStrongBox),
        )
    }

    /** In no backup, and in storage that is closed before the first unlock. */
    private val folder by lazy { File(noBackupFilesDir, "vault") }

    private fun version(): String = packageManager.getPackageInfo(packageName, 0).versionName
}
