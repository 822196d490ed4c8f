package planted

import android.app.Activity
import android.os.ServiceManager
import android.view.View
import cn.quanji.recorder.NewerApi

/** For the test of the API check alone: each function calls what a phone with API 26 does not give to an app, and the last one may. */
class Planted(private val activity: Activity) {
    /** Public since API 28. */
    fun newer(): View = activity.requireViewById(android.R.id.content)

    /** Never public. */
    fun hidden(): Any? = ServiceManager.getService("window")

    /** Public since API 28, and marked: whoever calls it has asked for the version. */
    @NewerApi fun marked(): View = activity.requireViewById(android.R.id.content)
}
