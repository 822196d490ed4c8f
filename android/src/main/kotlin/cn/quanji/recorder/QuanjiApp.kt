package cn.quanji.recorder

import android.app.Application
import cn.quanji.recorder.core.AndroidPackagedLibraries
import cn.quanji.recorder.core.ClosedVault
import cn.quanji.recorder.core.LibraryCore
import cn.quanji.recorder.core.MainThread
import cn.quanji.recorder.core.StoredPreferences
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.recording.ClosedSession
import cn.quanji.recorder.settings.AndroidBackgroundWork
import kotlinx.coroutines.Dispatchers

class QuanjiApp : Application(), HasAppGraph {
    override val graph by lazy {
        val vault = ClosedVault(Trouble.NotInThisVersion)
        AppGraph(
            core = LibraryCore(AndroidPackagedLibraries()),
            records = vault,
            handOver = vault,
            enrolment = vault,
            scenes = vault,
            session = ClosedSession(Trouble.NotInThisVersion),
            preferences = StoredPreferences(getSharedPreferences("choices", MODE_PRIVATE)),
            background = AndroidBackgroundWork(this),
            appVersion = packageManager.getPackageInfo(packageName, 0).versionName,
            isCoreUntried = resources.getBoolean(R.bool.core_is_untried),
            nowMs = System::currentTimeMillis,
            mainThread = MainThread(),
            worker = Dispatchers.IO,
        )
    }
}
