package cn.quanji.recorder.capture

import android.media.MediaCodec
import android.media.MediaFormat
import cn.quanji.recorder.core.ClockBase
import cn.quanji.recorder.core.FrameDoor
import cn.quanji.recorder.core.Track
import cn.quanji.recorder.testing.PlayedCodec
import cn.quanji.recorder.testing.PlayedMicrophone
import cn.quanji.recorder.testing.waitUntil
import java.nio.ByteBuffer
import java.util.concurrent.CopyOnWriteArrayList
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** The microphone and its encoder, on the thread of their own. */
@RunWith(RobolectricTestRunner::class)
@Config(shadows = [PlayedCodec::class, PlayedMicrophone::class])
class MicrophoneTest {
    private class Door : FrameDoor(handle = 0) {
        val stamps: MutableList<Long> = CopyOnWriteArrayList()
        val heard: MutableList<Int> = CopyOnWriteArrayList()
        @Volatile var hasSomething = false

        override fun push(track: Track, buffer: ByteBuffer, offset: Int, length: Int, stampUs: Long, arrivedUs: Long, flags: Int): Int {
            assertEquals(Track.Audio, track)
            stamps += stampUs
            return WAITS
        }

        override fun hear(buffer: ByteBuffer, length: Int, arrivedUs: Long): Boolean {
            heard += length
            return hasSomething
        }
    }

    private val door = Door()
    private val said: MutableList<SoundSays> = CopyOnWriteArrayList()
    private val microphone = Microphone { 42 }

    @Before
    fun reset() {
        PlayedCodec.reset()
        PlayedMicrophone.reset()
    }

    @After
    fun stop() {
        microphone.stop()
        // Its thread gives back the encoder last: nothing of it is heard in the next test.
        until { PlayedMicrophone.all.all { it.isReleased } && PlayedCodec.all.all { it.isReleased } }
    }

    @Test
    fun `every frame that is heard is given to the encoder, counted from the opening, and to the detector`() {
        start()
        PlayedMicrophone.pieces.release(60)
        until { encoder().fed.count { it.bytes > 0 } == 60 }
        val fed = encoder().fed.filter { it.bytes > 0 }
        assertEquals("20 ms each", setOf(1_920), fed.map { it.bytes }.toSet())
        assertEquals((0 until 60).map { it * 20_000L }, fed.map { it.stampUs })
        assertEquals("none dropped and none repeated", (0 until 60).map { (it * 960 % 128 * 64).toShort() }, fed.map { it.first })
        until { door.heard.count { it > 0 } == 60 }
        assertEquals("a third of the samples", 60 * 640, door.heard.sum())
        until { said.any { it is SoundSays.Heard } }
        val heard = said.filterIsInstance<SoundSays.Heard>()
        assertEquals(listOf(SoundSays.Heard(48_000, 6_000_000, ClockBase.Elapsed)), heard)
    }

    @Test
    fun `units wait for the format to be laid, and go with the encoder's own stamps`() {
        start()
        encoder().haveReady(MediaFormat.createAudioFormat(MediaFormat.MIMETYPE_AUDIO_AAC, 48_000, 1).apply {
            setByteBuffer("csd-0", ByteBuffer.wrap(byteArrayOf(0x11, -0x78)))
            setInteger("encoder-delay", 1_600)
        })
        encoder().hold(3, ByteBuffer.allocateDirect(50))
        encoder().haveReady(3, unit(stampUs = 21_333))
        PlayedMicrophone.pieces.release(5)
        until { said.any { it is SoundSays.Format } }
        val format = (said.first { it is SoundSays.Format } as SoundSays.Format).format
        assertArrayEquals(byteArrayOf(0x11, -0x78), format.config)
        assertEquals(1_600, format.primingSamples)
        until { encoder().fed.count { it.bytes > 0 } == 5 }
        assertEquals(0, door.stamps.size)
        microphone.go()
        until { door.stamps.isNotEmpty() }
        encoder().haveReady(3, unit(stampUs = 42_666))
        // A buffer is given back after its unit went through the door.
        until { encoder().released.size == 2 }
        assertEquals(listOf(21_333L, 42_666L), door.stamps)
        assertEquals(listOf(3, 3), encoder().released)
    }

    @Test
    fun `a call takes the samples away, and is told`() {
        start()
        PlayedMicrophone.pieces.release(1)
        until { encoder().fed.isNotEmpty() }
        val played = PlayedMicrophone.all.single()
        played.tell(silenced = true)
        played.tell(silenced = false)
        assertEquals(listOf(SoundSays.Silenced(true), SoundSays.Silenced(false)), said.filterIsInstance<SoundSays.Silenced>())
    }

    @Test
    fun `what the detector hears is told at once`() {
        door.hasSomething = true
        start()
        PlayedMicrophone.pieces.release(1)
        until { SoundSays.Something in said }
    }

    @Test
    fun `a microphone that dies is told once, and everything is given back`() {
        start()
        PlayedMicrophone.isFailing = true
        PlayedMicrophone.pieces.release(1)
        until { SoundSays.Failed in said }
        until { PlayedMicrophone.all.single().isReleased && encoder().isReleased }
        assertEquals(1, said.count { it == SoundSays.Failed })
        PlayedMicrophone.isFailing = false
        microphone.start(door, said::add)
        PlayedMicrophone.pieces.release(2)
        until { PlayedCodec.all.size == 2 && PlayedCodec.all.last().fed.any { it.bytes > 0 } }
        assertEquals("it counts from its own opening", 0L, PlayedCodec.all.last().fed.first().stampUs)
    }

    @Test
    fun `a phone that gives no encoder, or no microphone, says so`() {
        PlayedCodec.isMissing = true
        microphone.start(door, said::add)
        until { said.size == 1 }
        PlayedCodec.isMissing = false
        PlayedMicrophone.isBroken = true
        microphone.start(door, said::add)
        until { said.size == 2 }
        assertEquals(listOf<SoundSays>(SoundSays.Failed, SoundSays.Failed), said)
        until { PlayedMicrophone.all.size == 2 && PlayedMicrophone.all.all { it.isReleased } && PlayedCodec.all.all { it.isReleased } }
    }

    @Test
    fun `what is stopped says nothing more, and gives everything back`() {
        start()
        microphone.stop()
        PlayedMicrophone.isFailing = true
        PlayedMicrophone.pieces.release(1)
        until { PlayedMicrophone.all.single().isReleased && encoder().isReleased }
        assertTrue("$said", SoundSays.Failed !in said)
    }

    private fun start() {
        microphone.start(door, said::add)
        until { PlayedCodec.all.any { it.isStarted } }
    }

    private fun encoder() = PlayedCodec.all.first()

    private fun unit(stampUs: Long) = MediaCodec.BufferInfo().apply { set(0, 50, stampUs, 0) }

    private fun until(isSo: () -> Boolean) = waitUntil("the microphone's thread", isSo = isSo)
}
