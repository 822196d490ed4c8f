// Stands in for androidx.test, which is in no repository this build may count on: what Robolectric itself loads, and no more.

package androidx.test.platform.app

import android.app.Instrumentation
import android.os.Bundle

object InstrumentationRegistry {
    private var instrumentation: Instrumentation? = null
    private var arguments: Bundle? = null

    @JvmStatic
    fun registerInstance(instance: Instrumentation?, given: Bundle?) {
        instrumentation = instance
        arguments = given
    }

    @JvmStatic fun getInstrumentation(): Instrumentation = checkNotNull(instrumentation) { "no instrumentation is registered" }

    @JvmStatic fun getArguments(): Bundle = Bundle(arguments)
}
