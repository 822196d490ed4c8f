package cn.quanji.recorder.core

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties.BLOCK_MODE_GCM
import android.security.keystore.KeyProperties.ENCRYPTION_PADDING_NONE
import android.security.keystore.KeyProperties.KEY_ALGORITHM_AES
import android.security.keystore.KeyProperties.PURPOSE_DECRYPT
import android.security.keystore.KeyProperties.PURPOSE_ENCRYPT
import java.security.KeyStore
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * The wrapping key in the Android Keystore: AES-GCM, in the phone's StrongBox where it has one, otherwise in its trusted execution environment.
 *
 * It asks for no unlock of its own: a recording begins with the screen locked. A Keystore that fails is told as it is; there is no key in a file instead.
 */
class KeystoreWrapping(hasStrongBox: Boolean) : Wrapping {
    private val strongBox = StrongBox(hasStrongBox)
    private val keys by lazy { KeyStore.getInstance(KEYSTORE).apply { load(null) } }

    override fun seal(secret: ByteArray, name: String): ByteArray {
        val cipher = Cipher.getInstance(TRANSFORMATION)
        cipher.init(Cipher.ENCRYPT_MODE, keyOrNull() ?: make())
        cipher.updateAAD(name.toByteArray())
        return cipher.iv + cipher.doFinal(secret)
    }

    override fun open(sealed: ByteArray, name: String): ByteArray {
        // What was sealed once had a key: without it, nothing can be read, and a new key would only hide that.
        val key = keyOrNull() ?: throw WrappingKeyGone()
        val cipher = Cipher.getInstance(TRANSFORMATION)
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BITS, sealed, 0, NONCE_BYTES))
        } catch (_: KeyPermanentlyInvalidatedException) {
            throw WrappingKeyGone()
        }
        cipher.updateAAD(name.toByteArray())
        return cipher.doFinal(sealed, NONCE_BYTES, sealed.size - NONCE_BYTES)
    }

    private fun keyOrNull(): SecretKey? = keys.getKey(ALIAS, null) as SecretKey?

    private fun make(): SecretKey = strongBox.make(::spec) { spec ->
        KeyGenerator.getInstance(KEY_ALGORITHM_AES, KEYSTORE).run {
            init(spec)
            generateKey()
        }
    }

    private fun spec() = KeyGenParameterSpec.Builder(ALIAS, PURPOSE_ENCRYPT or PURPOSE_DECRYPT)
        .setKeySize(256)
        .setBlockModes(BLOCK_MODE_GCM)
        .setEncryptionPaddings(ENCRYPTION_PADDING_NONE)

    private companion object {
        const val KEYSTORE = "AndroidKeyStore"
        const val ALIAS = "quanji.wrapping"
        const val TRANSFORMATION = "AES/GCM/NoPadding"
        const val TAG_BITS = 128
        const val NONCE_BYTES = 12
    }
}
