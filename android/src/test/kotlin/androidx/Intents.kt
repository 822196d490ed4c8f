// Stands in for androidx.test, which is in no repository this build may count on: what Robolectric itself loads, and no more.

package androidx.test.runner.intent

import android.app.Instrumentation
import android.content.Intent

interface IntentMonitor

object IntentMonitorRegistry {
    @JvmStatic fun registerInstance(monitor: IntentMonitor?) = Unit
}

fun interface IntentStubber {
    fun getActivityResultForIntent(intent: Intent): Instrumentation.ActivityResult?
}

object IntentStubberRegistry {
    @JvmStatic fun isLoaded() = false

    @JvmStatic fun getInstance(): IntentStubber = IntentStubber { null }
}
