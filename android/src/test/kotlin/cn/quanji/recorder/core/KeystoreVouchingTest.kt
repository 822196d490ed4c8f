package cn.quanji.recorder.core

import android.security.keystore.KeyProperties.DIGEST_SHA256
import android.security.keystore.KeyProperties.PURPOSE_SIGN
import cn.quanji.core.HardwareKey
import cn.quanji.core.HardwareKeyException
import cn.quanji.recorder.recording.RecordingEvent
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.testing.FakeKeystore
import cn.quanji.recorder.testing.SetConnection
import cn.quanji.recorder.testing.SimulatedPhone
import cn.quanji.recorder.testing.waitUntil
import java.security.KeyFactory
import java.security.Signature
import java.security.spec.X509EncodedKeySpec
import java.util.concurrent.CountDownLatch
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** The phone's hardware vouches for real records of the real core, through a Keystore that is made of the machine's own keys. */
@RunWith(RobolectricTestRunner::class)
class KeystoreVouchingTest {
    private val keystore = FakeKeystore()

    @Before
    fun install() = keystore.install()

    @After
    fun remove() = keystore.remove()

    @Test
    fun `what the phone records is vouched for by its hardware, and the check believes it`() =
        with(KeystoreVouching(hasStrongBox = true)) { phone ->
            val record = phone.recorded()
            assertEquals(2L, phone.vouched(record, 2))
        }

    @Test
    fun `the key is made once, for signing with SHA-256, in the StrongBox, and asks for no unlock`() {
        val first = KeystoreVouching(hasStrongBox = true)
        val public = first.publicKey()
        assertArrayEquals(public, first.publicKey())
        assertArrayEquals(public, KeystoreVouching(hasStrongBox = true).publicKey())
        val asked = keystore.asked.single()
        assertEquals(PURPOSE_SIGN, asked.purposes)
        assertEquals(listOf(DIGEST_SHA256), asked.digests.toList())
        assertTrue(asked.isStrongBoxBacked)
        assertFalse(asked.isUserAuthenticationRequired || asked.isUnlockedDeviceRequired)
    }

    @Test
    fun `a StrongBox that is full, or none, leaves the trusted environment`() {
        keystore.isStrongBoxFull = true
        KeystoreVouching(hasStrongBox = true).publicKey()
        assertEquals(listOf(true, false), keystore.asked.map { it.isStrongBoxBacked })
        keystore.forget()
        KeystoreVouching(hasStrongBox = false).publicKey()
        assertEquals(listOf(true, false, false), keystore.asked.map { it.isStrongBoxBacked })
    }

    @Test
    fun `its signature is over the bytes that it was given`() {
        val vouching = KeystoreVouching(hasStrongBox = false)
        val public = KeyFactory.getInstance("EC").generatePublic(X509EncodedKeySpec(vouching.publicKey()))
        val signature = vouching.sign("a line".toByteArray())
        val check = Signature.getInstance("SHA256withECDSA").apply { initVerify(public) }
        check.update("a line".toByteArray())
        assertTrue(check.verify(signature))
    }

    @Test
    fun `a key that is gone is told as that, a Keystore that fails as that, and the record is made all the same`() {
        val vouching = KeystoreVouching(hasStrongBox = false)
        assertThrows(HardwareKeyException.Gone::class.java) { vouching.sign(ByteArray(1)) }
        keystore.isBroken = true
        assertThrows(HardwareKeyException.Failed::class.java) { vouching.publicKey() }
        with(vouching) { phone -> assertEquals(0L, phone.vouched(phone.recorded(), 0)) }
    }

    @Test
    fun `hardware that takes its time holds up neither the recording nor its end`() {
        val answers = CountDownLatch(1)
        val real = KeystoreVouching(hasStrongBox = false)
        val slow = object : HardwareKey {
            override fun publicKey(): ByteArray = real.publicKey()

            override fun sign(message: ByteArray): ByteArray {
                answers.await()
                return real.sign(message)
            }
        }
        with(slow) { phone ->
            val record = phone.recorded()
            assertEquals(0L, phone.vouched(record, 0))
            answers.countDown()
            assertEquals(2L, phone.vouched(record, 2))
        }
    }

    @Test
    fun `hardware that answers nonsense, or throws what nobody knows, is not quoted`() {
        for (odd in listOf({ ByteArray(91) }, { error("what nobody knows") })) {
            val key = object : HardwareKey {
                override fun publicKey(): ByteArray = odd()

                override fun sign(message: ByteArray): ByteArray = odd()
            }
            with(key) { phone -> assertEquals(0L, phone.vouched(phone.recorded(), 0)) }
        }
    }

    private fun with(key: HardwareKey, act: (SimulatedPhone) -> Unit) = SimulatedPhone(hardwareKey = key).use(act)

    private fun SimulatedPhone.recorded(): String {
        session.onEvent(RecordingEvent.Start(takeUp = null))
        pass(3.0)
        val record = running.record
        session.onEvent(RecordingEvent.StopOnPurpose)
        // The camera runs until the stop can be taken back no more.
        pass(11.0)
        assertEquals(RecordingState.Ended(record), session.state.value)
        return record
    }

    /** How many lines are vouched for, once they are [expected], as the core's verifier finds them. */
    private fun SimulatedPhone.vouched(record: String, expected: Long): Long {
        val records = VaultRecords(vault, SetConnection(Network.None), nowMs = { 0 }, grew = {})
        fun found() = ((records.check(record) as Answer.Of).value as SelfCheck.Whole).vouched
        waitUntil("$expected lines are vouched for") { found() == expected }
        return found()
    }
}
