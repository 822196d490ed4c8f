package cn.quanji.recorder.testing

import android.app.Application
import cn.quanji.recorder.AppGraph
import cn.quanji.recorder.HasAppGraph
import cn.quanji.recorder.SceneOfRecord
import cn.quanji.recorder.core.Connection
import cn.quanji.recorder.core.LibraryCore
import cn.quanji.recorder.core.MainThread
import cn.quanji.recorder.core.Network
import cn.quanji.recorder.core.AndroidPackagedLibraries
import cn.quanji.recorder.core.VaultEnrolment
import cn.quanji.recorder.core.VaultHandOver
import cn.quanji.recorder.core.VaultRecords
import cn.quanji.recorder.recording.AndroidPresence
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.flow.MutableStateFlow

/**
 * The app as it is put together for a phone, on the real core and a vault on the disk. What the test plays are camera, microphone, signals,
 * the Keystore and a network that is free; its time is the machine's, as the agency's is.
 */
class StoryApp : Application(), HasAppGraph {
    val phone by lazy { SimulatedPhone(bootedUs = System.currentTimeMillis() * 1_000 - BEHIND_US, kept = AndroidPresence(this)) }

    override val graph by lazy {
        val preferences = FakePreferences()
        val mainThread = MainThread()
        val scope = CoroutineScope(SupervisorJob() + mainThread)
        val connection = object : Connection { override val network = MutableStateFlow(Network.Free) }
        AppGraph(
            core = LibraryCore(AndroidPackagedLibraries()),
            records = VaultRecords(phone.vault, connection, System::currentTimeMillis),
            handOver = VaultHandOver(phone.vault, connection, scope, Dispatchers.IO, System::currentTimeMillis),
            enrolment = VaultEnrolment(phone.vault, "a phone"),
            scenes = SceneOfRecord(phone.recorder, phone.session.state, scope, Dispatchers.IO),
            session = phone.session,
            hands = phone.session,
            preferences = preferences,
            background = FakeBackgroundWork(),
            appVersion = "0.1.0",
            isCoreUntried = true,
            nowMs = System::currentTimeMillis,
            mainThread = mainThread,
            worker = Dispatchers.IO,
        )
    }

    private companion object {
        /** The phone's seconds pass faster than the machine's: it begins behind, and is never ahead of the agency. */
        const val BEHIND_US = 240_000_000L
    }
}
