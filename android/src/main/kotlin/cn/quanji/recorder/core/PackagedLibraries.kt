package cn.quanji.recorder.core

import dalvik.system.BaseDexClassLoader

/** Which libraries the installed package holds for this phone's processor. */
fun interface PackagedLibraries {
    fun holds(name: String): Boolean
}

class AndroidPackagedLibraries : PackagedLibraries {
    override fun holds(name: String): Boolean =
        (AndroidPackagedLibraries::class.java.classLoader as? BaseDexClassLoader)?.findLibrary(name) != null
}
