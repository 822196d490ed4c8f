package cn.quanji.recorder.core

import cn.quanji.core.TlsRoots
import java.security.KeyStore
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager

/** The certificates that the phone's system trusts. Those that its user added are not among them: the app's network configuration leaves them out. */
class SystemRoots : TlsRoots {
    override fun certificates(): List<ByteArray> {
        val factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
        factory.init(null as KeyStore?)
        return factory.trustManagers.filterIsInstance<X509TrustManager>().flatMap { it.acceptedIssuers.toList() }.map { it.encoded }
    }
}
