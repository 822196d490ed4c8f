package cn.quanji.recorder

import cn.quanji.recorder.core.Core
import kotlinx.coroutines.CoroutineDispatcher

/** What the app is made of, put together by hand and once. */
class AppGraph(
    val core: Core,
    val appVersion: String,
    /** Whether the packed core has never run on a phone (docs/adr/0022). */
    val isCoreUntried: Boolean,
    val mainThread: CoroutineDispatcher,
    /** For what blocks. */
    val worker: CoroutineDispatcher,
)

/** An application that has the graph: the real one, or a test's. */
interface HasAppGraph {
    val graph: AppGraph
}
