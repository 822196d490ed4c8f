// Stands in for androidx.test, which is in no repository this build may count on: what Robolectric itself loads, and no more.

package androidx.test.internal.runner.intent

import android.content.Intent
import androidx.test.runner.intent.IntentMonitor

class IntentMonitorImpl : IntentMonitor {
    fun signalIntent(intent: Intent) = Unit
}
