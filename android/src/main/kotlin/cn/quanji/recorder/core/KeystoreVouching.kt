package cn.quanji.recorder.core

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties.DIGEST_SHA256
import android.security.keystore.KeyProperties.KEY_ALGORITHM_EC
import android.security.keystore.KeyProperties.PURPOSE_SIGN
import cn.quanji.core.HardwareKey
import cn.quanji.core.HardwareKeyException
import java.io.IOException
import java.security.GeneralSecurityException
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.ProviderException
import java.security.PublicKey
import java.security.Signature
import java.security.spec.ECGenParameterSpec

/**
 * The P-256 key in the Android Keystore that vouches for records. The core asks it on a thread of its own, and nothing waits for it.
 *
 * It asks for no unlock: a recording begins with the screen locked. What it cannot sign is left unsigned; no key in a file stands in for it.
 */
class KeystoreVouching(hasStrongBox: Boolean) : HardwareKey {
    private val strongBox = StrongBox(hasStrongBox)
    private val keys by lazy { KeyStore.getInstance(KEYSTORE).apply { load(null) } }

    override fun publicKey(): ByteArray = orFail { (keys.getCertificate(ALIAS)?.publicKey ?: make()).encoded }

    override fun sign(message: ByteArray): ByteArray = orFail {
        val key = keys.getKey(ALIAS, null) as PrivateKey? ?: throw HardwareKeyException.Gone()
        Signature.getInstance(ALGORITHM).run {
            initSign(key)
            update(message)
            sign()
        }
    }

    private fun make(): PublicKey = strongBox.make(::spec) { spec ->
        KeyPairGenerator.getInstance(KEY_ALGORITHM_EC, KEYSTORE).run {
            initialize(spec)
            generateKeyPair().public
        }
    }

    private fun spec() = KeyGenParameterSpec.Builder(ALIAS, PURPOSE_SIGN)
        .setAlgorithmParameterSpec(ECGenParameterSpec(CURVE))
        .setDigests(DIGEST_SHA256)

    private fun <T> orFail(act: () -> T): T =
        try {
            act()
        } catch (_: KeyPermanentlyInvalidatedException) {
            throw HardwareKeyException.Gone()
        } catch (_: GeneralSecurityException) {
            throw HardwareKeyException.Failed()
        } catch (_: ProviderException) {
            // How a Keystore says that it failed within.
            throw HardwareKeyException.Failed()
        } catch (_: IOException) {
            throw HardwareKeyException.Failed()
        }

    private companion object {
        const val KEYSTORE = "AndroidKeyStore"
        const val ALIAS = "quanji.vouching"
        const val CURVE = "secp256r1"
        const val ALGORITHM = "SHA256withECDSA"
    }
}
