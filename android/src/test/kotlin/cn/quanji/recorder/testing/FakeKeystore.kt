package cn.quanji.recorder.testing

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.StrongBoxUnavailableException
import java.io.InputStream
import java.io.OutputStream
import java.security.Key
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyPairGeneratorSpi
import java.security.KeyStoreException
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.PublicKey
import java.security.SecureRandom
import java.security.Security
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList

/** Stands where a phone's Keystore does: makes the pairs that are asked for, remembers how, and can be full or broken. Asked by the core's threads too. */
class FakeKeystore : Provider(NAME, "1", "a Keystore for tests") {
    private val pairs: MutableMap<String, KeyPair> = ConcurrentHashMap()

    /** How each pair was asked for, in order. */
    val asked: MutableList<KeyGenParameterSpec> = CopyOnWriteArrayList()

    @Volatile
    var isStrongBoxFull = false

    @Volatile
    var isBroken = false

    init {
        putService(Of("KeyStore") { Store() })
        putService(Of("KeyPairGenerator", "EC") { Pairs() })
    }

    /** Behind the machine's own providers: who asks for no Keystore gets none. */
    fun install() {
        Security.addProvider(this)
    }

    fun remove() = Security.removeProvider(NAME)

    fun forget() = pairs.clear()

    private inner class Of(type: String, algorithm: String = NAME, private val make: () -> Any) :
        Service(this, type, algorithm, make.javaClass.name, null, null) {
        override fun newInstance(parameter: Any?): Any = make()
    }

    private inner class Pairs : KeyPairGeneratorSpi() {
        private lateinit var spec: KeyGenParameterSpec

        override fun initialize(params: AlgorithmParameterSpec, random: SecureRandom?) {
            spec = params as KeyGenParameterSpec
        }

        override fun initialize(size: Int, random: SecureRandom?) = error("a Keystore is told more than a size")

        override fun generateKeyPair(): KeyPair {
            asked += spec
            if (spec.isStrongBoxBacked && isStrongBoxFull) throw StrongBoxUnavailableException()
            val ordinary = KeyPairGenerator.getInstance("EC").apply { initialize(spec.algorithmParameterSpec) }
            return ordinary.generateKeyPair().also { pairs[spec.keystoreAlias] = it }
        }
    }

    /** Of its certificate only the key is asked. */
    private class Holding(private val key: PublicKey) : Certificate("fake") {
        override fun getPublicKey() = key

        override fun getEncoded(): ByteArray = key.encoded

        override fun verify(key: PublicKey) = Unit

        override fun verify(key: PublicKey, provider: String) = Unit

        override fun toString() = "a certificate"
    }

    private inner class Store : KeyStoreSpi() {
        override fun engineLoad(stream: InputStream?, password: CharArray?) = Unit

        override fun engineGetCertificate(alias: String): Certificate? {
            if (isBroken) throw KeyStoreException()
            return pairs[alias]?.let { Holding(it.public) }
        }

        override fun engineGetKey(alias: String, password: CharArray?): Key? = pairs[alias]?.private

        override fun engineContainsAlias(alias: String) = alias in pairs

        override fun engineAliases(): Enumeration<String> = Collections.enumeration(pairs.keys)

        override fun engineSize() = pairs.size

        override fun engineIsKeyEntry(alias: String) = alias in pairs

        override fun engineDeleteEntry(alias: String) {
            pairs.remove(alias)
        }

        override fun engineIsCertificateEntry(alias: String) = false

        override fun engineGetCertificateChain(alias: String): Array<Certificate>? = null

        override fun engineGetCreationDate(alias: String): Date? = null

        override fun engineGetCertificateAlias(certificate: Certificate?): String? = null

        override fun engineSetKeyEntry(alias: String, key: Key?, password: CharArray?, chain: Array<out Certificate>?) = error("nobody puts a key here")

        override fun engineSetKeyEntry(alias: String, key: ByteArray?, chain: Array<out Certificate>?) = error("nobody puts a key here")

        override fun engineSetCertificateEntry(alias: String, certificate: Certificate?) = error("nobody puts a certificate here")

        override fun engineStore(stream: OutputStream?, password: CharArray?) = error("it stores itself")
    }

    private companion object {
        const val NAME = "AndroidKeyStore"
    }
}
