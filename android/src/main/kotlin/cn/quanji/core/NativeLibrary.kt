package cn.quanji.core

/**
 * The core's library in this process.
 *
 * It stands in the package of the bindings, and knows nothing of Android: JNI ties a library to the class loader that loaded it, and in tests
 * everything else is loaded once more for every sandbox.
 */
object NativeLibrary {
    const val NAME: String = "quanji_core"

    /** Throws [UnsatisfiedLinkError] when the phone has no such library, or refuses it. A second call does nothing. */
    fun load() = System.loadLibrary(NAME)
}
