package cn.quanji.recorder.core

import cn.quanji.core.NativeLibrary
import cn.quanji.core.coreVersion

/** The core in the library that is packed with the app. */
class LibraryCore(private val packaged: PackagedLibraries) : Core {
    private val state by lazy(::loadOnce)

    override fun load(): CoreState = state

    private fun loadOnce(): CoreState =
        try {
            NativeLibrary.load()
            CoreState.Loaded(coreVersion())
        } catch (_: UnsatisfiedLinkError) {
            CoreState.Unavailable(if (packaged.holds(NativeLibrary.NAME)) CoreFault.Damaged else CoreFault.Missing)
        } catch (_: ExceptionInInitializerError) {
            // The bindings compare their checksums with the library's before the first call, and throw.
            CoreState.Unavailable(CoreFault.Disagrees)
        }
}
