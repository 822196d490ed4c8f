package cn.quanji.recorder.core

import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.StrongBoxUnavailableException
import cn.quanji.recorder.NewerApi

/** Makes keys in the phone's StrongBox where it has one, otherwise in its trusted execution environment. */
internal class StrongBox(private val isThere: Boolean) {
    fun <K> make(spec: () -> KeyGenParameterSpec.Builder, generate: (KeyGenParameterSpec) -> K): K =
        if (isThere && Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) inside(spec, generate) else generate(spec().build())

    @NewerApi
    private fun <K> inside(spec: () -> KeyGenParameterSpec.Builder, generate: (KeyGenParameterSpec) -> K): K =
        try {
            generate(spec().setIsStrongBoxBacked(true).build())
        } catch (_: StrongBoxUnavailableException) {
            // It is there and full, or knows no such key.
            generate(spec().build())
        }
}
