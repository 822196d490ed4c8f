package cn.quanji.recorder.core

import org.junit.Assert.assertEquals
import org.junit.Test

/** Without Robolectric: the real library of this machine, through the real bindings. */
class LibraryCoreTest {
    @Test
    fun `the core in the library says the version that the app was built with`() {
        val core = LibraryCore { throw AssertionError("nobody asks what is packed once the library is loaded") }
        assertEquals(CoreState.Loaded(System.getProperty("quanji.version")!!), core.load())
    }
}
