package planted

import android.app.Activity
import android.os.ServiceManager
import android.view.View

/** For the test of the API check alone: each function calls what a phone with API 26 does not give to an app. */
class Planted(private val activity: Activity) {
    /** Public since API 28. */
    fun newer(): View = activity.requireViewById(android.R.id.content)

    /** Never public. */
    fun hidden(): Any? = ServiceManager.getService("window")
}
