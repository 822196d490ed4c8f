package cn.quanji.recorder.testing

import org.junit.Assert.assertTrue

/**
 * Waits for the thing itself: at once where it is so, and long enough for a machine that has other things to do. Nothing else in a test is a time limit.
 * [meanwhile]: what must happen for it to come about.
 */
fun waitUntil(what: String, meanwhile: () -> Unit = {}, isSo: () -> Boolean) {
    val endsNs = System.nanoTime() + PATIENCE_NS
    while (!isSo()) {
        assertTrue("waited in vain: $what", System.nanoTime() < endsNs)
        Thread.sleep(LOOK_MS)
        meanwhile()
    }
}

private const val PATIENCE_NS = 60_000_000_000L
private const val LOOK_MS = 20L
