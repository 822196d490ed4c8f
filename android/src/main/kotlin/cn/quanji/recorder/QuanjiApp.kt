package cn.quanji.recorder

import android.app.Application
import cn.quanji.recorder.core.AndroidPackagedLibraries
import cn.quanji.recorder.core.LibraryCore
import cn.quanji.recorder.core.MainThread
import kotlinx.coroutines.Dispatchers

class QuanjiApp : Application(), HasAppGraph {
    override val graph by lazy {
        AppGraph(
            core = LibraryCore(AndroidPackagedLibraries()),
            appVersion = packageManager.getPackageInfo(packageName, 0).versionName,
            isCoreUntried = resources.getBoolean(R.bool.core_is_untried),
            mainThread = MainThread(),
            worker = Dispatchers.IO,
        )
    }
}
