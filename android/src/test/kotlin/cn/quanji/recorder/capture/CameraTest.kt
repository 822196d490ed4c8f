package cn.quanji.recorder.capture

import android.Manifest.permission.CAMERA
import android.graphics.ImageFormat
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CameraMetadata
import android.media.MediaCodec
import android.media.MediaFormat
import android.os.Handler
import cn.quanji.recorder.core.Asked
import cn.quanji.recorder.core.ClockBase
import cn.quanji.recorder.core.Coding
import cn.quanji.recorder.core.FrameDoor
import cn.quanji.recorder.core.TexturePane
import cn.quanji.recorder.core.Track
import cn.quanji.recorder.testing.PlayedCamera
import cn.quanji.recorder.testing.PlayedCodec
import cn.quanji.recorder.testing.PlayedReader
import cn.quanji.recorder.testing.TakenImage
import cn.quanji.recorder.testing.waitUntil
import com.sun.management.ThreadMXBean
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer
import java.util.concurrent.CopyOnWriteArrayList
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadow.api.Shadow
import org.robolectric.shadows.ShadowCameraCharacteristics
import org.robolectric.shadows.ShadowCameraManager
import org.robolectric.shadows.ShadowLooper
import org.robolectric.util.ReflectionHelpers

/** The camera of the app over Robolectric's, with an encoder and readers that give what the test says. */
@RunWith(RobolectricTestRunner::class)
@Config(shadows = [PlayedCamera::class, PlayedCodec::class, PlayedReader::class])
class CameraTest {
    private class Pushed(val length: Int, val offset: Int, val stampUs: Long, val arrivedUs: Long, val flags: Int)

    private class Door : FrameDoor(handle = 0) {
        val pushed: MutableList<Pushed> = CopyOnWriteArrayList()
        var answer = WAITS

        override fun push(track: Track, buffer: ByteBuffer, offset: Int, length: Int, stampUs: Long, arrivedUs: Long, flags: Int): Int {
            assertEquals(Track.Video, track)
            pushed += Pushed(length, offset, stampUs, arrivedUs, flags)
            return answer
        }
    }

    private val app = RuntimeEnvironment.getApplication()
    private val cameras = app.getSystemService(CameraManager::class.java)
    @Volatile private var nowUs = 10_000_000L
    private val said: MutableList<PictureSays> = CopyOnWriteArrayList()
    private val door = Door()
    private val asked = Asked.Picture(Coding.H264, 1920, 1080, 25, 4_000_000)
    private val read: MutableList<ByteArray> = CopyOnWriteArrayList()

    // Those of earlier tests may still have their threads, and may be about to end: only this one's is looked at.
    private val others = ShadowLooper.getAllLoopers().toSet()
    private val camera = Camera(app, { nowUs }) { brightness, _, _, _ -> read += brightness; "a code" }
    private val own = ShadowLooper.getAllLoopers().single { it !in others && it.thread.name == "camera" }

    @Before
    fun plug() {
        PlayedCodec.reset()
        PlayedCamera.reset()
        PlayedReader.all.clear()
        shadowOf(app).grantPermissions(CAMERA)
        plug("front", CameraMetadata.LENS_FACING_FRONT)
        plug("back", CameraMetadata.LENS_FACING_BACK)
    }

    @After
    fun close() {
        camera.stop()
        camera.close()
        settle()
    }

    @Test
    fun `the camera at the back is opened, and the encoder is asked for what the core asked`() {
        start()
        val codec = PlayedCodec.all.single()
        assertEquals(MediaFormat.MIMETYPE_VIDEO_AVC, codec.made)
        val format = codec.format!!
        assertEquals(listOf(1920, 1080, 25, 4_000_000, 1, 0), listOf(MediaFormat.KEY_WIDTH, MediaFormat.KEY_HEIGHT, MediaFormat.KEY_FRAME_RATE, MediaFormat.KEY_BIT_RATE, MediaFormat.KEY_I_FRAME_INTERVAL, "max-bframes").map(format::getInteger))
        assertTrue(codec.isStarted)
        assertEquals("back", device().id)
        assertEquals("film, small picture and still", listOf(3), PlayedCamera.sessions)
        assertEquals(90, camera.rotationDegrees)
        assertEquals(ClockBase.Elapsed, camera.clock.base)
        assertEquals(emptyList<PictureSays>(), said)
    }

    @Test
    fun `units wait for the format to be laid, and go with their own stamps and flags`() {
        start()
        val codec = PlayedCodec.all.single()
        codec.tellFormat(formatOf(byteArrayOf(1, 2), byteArrayOf(3)))
        give(codec, 0, offset = 4, size = 100, stampUs = 7_777_777, MediaCodec.BUFFER_FLAG_KEY_FRAME)
        nowUs += 40_000
        give(codec, 1, offset = 0, size = 60, stampUs = -5, 0)
        settle()
        val format = (said.single() as PictureSays.Format).format
        assertEquals(Coding.H264, format.coding)
        assertArrayEquals(byteArrayOf(1, 2, 3), format.parameterSets)
        assertEquals("the format is not laid", 0, door.pushed.size)
        camera.go()
        settle()
        nowUs += 40_000
        give(codec, 0, offset = 0, size = 9, stampUs = 7_857_777, 0)
        settle()
        assertEquals(listOf(7_777_777L, -5L, 7_857_777L), door.pushed.map { it.stampUs })
        assertEquals(listOf(10_000_000L, 10_040_000L, 10_080_000L), door.pushed.map { it.arrivedUs })
        assertEquals(listOf(4 to 100, 0 to 60, 0 to 9), door.pushed.map { it.offset to it.length })
        assertEquals(listOf(1, 0, 0), door.pushed.map { it.flags })
        assertEquals("each buffer is given back, in its turn", listOf(0, 1, 0), codec.released)
    }

    @Test
    fun `a format that changes is told again`() {
        start()
        val codec = PlayedCodec.all.single()
        codec.tellFormat(formatOf(byteArrayOf(1), byteArrayOf(2)))
        codec.tellFormat(formatOf(byteArrayOf(9), null))
        settle()
        assertEquals(listOf(listOf<Byte>(1, 2), listOf<Byte>(9)), said.map { (it as PictureSays.Format).format.parameterSets.toList() })
    }

    @Test
    fun `a key frame that the core wants is asked of the encoder`() {
        start()
        camera.go()
        door.answer = FrameDoor.KEY_FRAME_WANTED
        give(PlayedCodec.all.single(), 0, 0, 10, 1, 0)
        settle()
        assertEquals(1, PlayedCodec.all.single().keyFramesAsked)
    }

    @Test
    fun `a camera that is taken away says so, and says when it is there again`() {
        start()
        shadowOf(cameras).triggerDisconnect()
        settle()
        assertEquals(listOf<PictureSays>(PictureSays.CameraGone(true)), said)
        camera.stop()
        settle()
        comesAgain("front")
        assertEquals(1, said.size)
        comesAgain("back")
        assertEquals(PictureSays.CameraGone(false), said.last())
    }

    @Test
    fun `a camera that fails is gone`() {
        start()
        val callback = ReflectionHelpers.getStaticField<CameraDevice.StateCallback>(ShadowCameraManager::class.java, "lastCallback")
        callback.onError(device(), CameraDevice.StateCallback.ERROR_CAMERA_SERVICE)
        settle()
        assertEquals(listOf<PictureSays>(PictureSays.CameraGone(true)), said)
    }

    @Test
    fun `a camera that takes no session is gone, and so is one that is not there`() {
        PlayedCamera.isRefusing = true
        start()
        assertEquals(listOf<PictureSays>(PictureSays.CameraGone(true)), said)
        cameras.cameraIdList.forEach { shadowOf(cameras).removeCamera(it) }
        start()
        assertEquals(listOf<PictureSays>(PictureSays.CameraGone(true), PictureSays.CameraGone(true)), said)
    }

    @Test
    fun `an encoder that cannot be made or set up is told as such, and no camera is opened for it`() {
        PlayedCodec.isMissing = true
        start()
        PlayedCodec.isMissing = false
        PlayedCodec.isRefusing = true
        start()
        assertEquals(listOf<PictureSays>(PictureSays.EncoderFailed, PictureSays.EncoderFailed), said)
        assertEquals(0, PlayedCamera.sessions.size)
        assertTrue("what was made is given back", PlayedCodec.all.single().isReleased)
    }

    @Test
    fun `an encoder that fails is followed by a new one, and of the old one nothing is heard`() {
        start()
        val old = PlayedCodec.all.single()
        old.fail()
        settle()
        assertEquals(listOf<PictureSays>(PictureSays.EncoderFailed), said)
        camera.stop()
        start()
        assertEquals(2, PlayedCodec.all.size)
        assertTrue(old.isReleased)
        assertFalse(PlayedCodec.all.last().isReleased)
        camera.go()
        old.tellFormat(formatOf(byteArrayOf(1), null))
        give(old, 0, 0, 10, 1, 0)
        old.fail()
        settle()
        assertEquals(1, said.size)
        assertEquals(0, door.pushed.size)
    }

    @Test
    fun `what is given back is given back in the order of what hangs on what`() {
        start()
        camera.stop()
        settle()
        // The camera draws into the surfaces of the others: it goes first.
        assertEquals(listOf("camera", "encoder", "reader", "reader"), PlayedCodec.order)
        camera.stop()
        settle()
        assertEquals("once", 4, PlayedCodec.order.size)
    }

    @Test
    fun `a camera that opens when nobody wants it any more is closed at once`() {
        // On its own thread: what follows from the start comes behind the stop, however fast the camera is.
        Handler(own).post {
            camera.start(asked, door, said::add)
            camera.stop()
        }
        settle()
        assertTrue("camera" in PlayedCodec.order)
        assertEquals(0, PlayedCamera.sessions.size)
    }

    @Test
    fun `a still is taken beside the film, and the film goes on`() {
        start()
        camera.go()
        give(PlayedCodec.all.single(), 0, 0, 10, 1, 1)
        camera.takePhoto()
        settle()
        val jpeg = byteArrayOf(-1, -40, 1, 2, -1, -39)
        val image = TakenImage(1920, 1080, 0, jpeg, atNs = 1)
        PlayedReader.bring(ImageFormat.JPEG, image)
        give(PlayedCodec.all.single(), 1, 0, 20, 2, 0)
        settle()
        val photo = said.single() as PictureSays.Photo
        assertArrayEquals(jpeg, photo.jpeg)
        assertEquals(1920 to 1080, photo.width to photo.height)
        assertTrue(image.isGivenBack)
        assertEquals(listOf(10, 20), door.pushed.map { it.length })
        assertEquals("no session more", 1, PlayedCamera.sessions.size)
    }

    @Test
    fun `a still that cannot be taken is told`() {
        camera.takePhoto()
        settle()
        start()
        camera.takePhoto()
        device().close()
        camera.takePhoto()
        settle()
        assertEquals(PictureSays.NoPhoto, said.last())
    }

    @Test
    fun `the watches see a small picture once a second, and who looks on sees more`() {
        start()
        val plane = ByteArray(384 * 240) { (it % 384).toByte() }
        val glimpses: MutableList<Glimpse> = CopyOnWriteArrayList()
        small(plane, atMs = 1_000)
        small(plane, atMs = 1_500)
        camera.watch(glimpses::add)
        small(plane, atMs = 1_700)
        small(plane, atMs = 1_750)
        small(plane, atMs = 2_000)
        camera.unwatch()
        small(plane, atMs = 2_400)
        val seen = said.map { it as PictureSays.Luma }
        assertEquals(2, seen.size)
        assertEquals(320 to 320 * 240, seen[0].width to seen[0].plane.size)
        // What stands behind a row in the camera's memory is no picture.
        assertEquals((319 % 384).toByte(), seen[0].plane[319])
        assertEquals(0.toByte(), seen[0].plane[320])
        assertEquals(2, glimpses.size)
        assertEquals("upright", 240 to 320, glimpses[0].uprightWidth to glimpses[0].uprightHeight)
    }

    @Test
    fun `a finder looks for codes until a record wants the camera, and gives it back first`() {
        val found: MutableList<FinderSays> = CopyOnWriteArrayList()
        camera.look(TexturePane(SurfaceTexture(0)), found::add)
        settle()
        assertEquals(listOf<FinderSays>(FinderSays.Looks), found)
        PlayedReader.bring(ImageFormat.YUV_420_888, TakenImage(1280, 720, 1280, ByteArray(1280 * 720) { 7 }, atNs = 1_000_000_000))
        until { found.size == 2 }
        assertEquals(FinderSays.Read("a code"), found[1])
        assertEquals(1280 * 720, read.single().size)
        start()
        assertEquals(FinderSays.Recording, found.last())
        assertEquals("camera", PlayedCodec.order.first())
        camera.look(TexturePane(SurfaceTexture(0)), found::add)
        settle()
        assertEquals("and gets none while it runs", FinderSays.Recording, found.last())
        assertEquals("the record's session is one", listOf(2, 3), PlayedCamera.sessions)
    }

    @Test
    fun `a finder that may not, has none, or whose camera goes says which`() {
        val found: MutableList<FinderSays> = CopyOnWriteArrayList()
        val pane = TexturePane(SurfaceTexture(0))
        shadowOf(app).denyPermissions(CAMERA)
        camera.look(pane, found::add)
        settle()
        shadowOf(app).grantPermissions(CAMERA)
        camera.look(pane, found::add)
        settle()
        shadowOf(cameras).triggerDisconnect()
        settle()
        PlayedCamera.isRefusing = true
        camera.look(pane, found::add)
        settle()
        PlayedCamera.isRefusing = false
        cameras.cameraIdList.forEach { shadowOf(cameras).removeCamera(it) }
        camera.look(pane, found::add)
        settle()
        assertEquals(listOf(FinderSays.NotPermitted, FinderSays.Looks, FinderSays.NoCamera, FinderSays.NoCamera, FinderSays.NoCamera), found)
        camera.rest()
        settle()
        assertEquals("each was closed", PlayedCamera.sessions.size, PlayedCodec.order.count { it == "camera" })
    }

    @Test
    fun `a thousand units of a running take make no object`() {
        val still = object : FrameDoor(handle = 0) {
            override fun push(track: Track, buffer: ByteBuffer, offset: Int, length: Int, stampUs: Long, arrivedUs: Long, flags: Int) = WAITS
        }
        camera.start(asked, still, said::add)
        camera.go()
        settle()
        PlayedCodec.isCounting = false
        val codec = PlayedCodec.all.single()
        codec.hold(0, ByteBuffer.allocateDirect(100))
        val info = MediaCodec.BufferInfo().apply { set(0, 100, 1, 0) }
        val encoder = codec.callback!!
        val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
        val self = Thread.currentThread().id
        fun made(act: () -> Unit): Long {
            repeat(WARM) { act() }
            val before = threads.getThreadAllocatedBytes(self)
            repeat(1_000) { act() }
            return threads.getThreadAllocatedBytes(self) - before
        }
        // The least of each: what the virtual machine has not compiled yet makes objects of its own, and on a busy machine it compiles late.
        var (ofTheTest, all) = Long.MAX_VALUE to Long.MAX_VALUE
        waitUntil("a unit that makes no object") {
            // What the played encoder makes by itself is not the app's.
            ofTheTest = minOf(ofTheTest, made { codec.real.getOutputBuffer(0); codec.real.releaseOutputBuffer(0, false) })
            all = minOf(all, made { encoder.onOutputBufferAvailable(codec.real, 0, info) })
            all - ofTheTest < 1_000
        }
    }

    private fun start() {
        camera.start(asked, door, said::add)
        settle()
    }

    private fun give(codec: PlayedCodec, index: Int, offset: Int, size: Int, stampUs: Long, flags: Int) {
        codec.hold(index, ByteBuffer.allocateDirect(200))
        codec.give(index, MediaCodec.BufferInfo().apply { set(offset, size, stampUs, flags) })
        settle()
    }

    private fun small(plane: ByteArray, atMs: Long) {
        PlayedReader.bring(ImageFormat.YUV_420_888, TakenImage(320, 240, 384, plane, atMs * 1_000_000))
        settle()
    }

    private fun formatOf(first: ByteArray, second: ByteArray?) = MediaFormat.createVideoFormat(MediaFormat.MIMETYPE_VIDEO_AVC, 1920, 1080).apply {
        setByteBuffer("csd-0", ByteBuffer.wrap(first))
        if (second != null) setByteBuffer("csd-1", ByteBuffer.wrap(second))
    }

    private fun device() = ReflectionHelpers.getStaticField<CameraDevice>(ShadowCameraManager::class.java, "lastDevice")

    private fun plug(id: String, facing: Int) {
        val of = ShadowCameraCharacteristics.newCameraCharacteristics()
        val shadow = Shadow.extract<ShadowCameraCharacteristics>(of)
        shadow.set(CameraCharacteristics.LENS_FACING, facing)
        shadow.set(CameraCharacteristics.SENSOR_ORIENTATION, 90)
        shadow.set(CameraCharacteristics.SENSOR_INFO_TIMESTAMP_SOURCE, CameraMetadata.SENSOR_INFO_TIMESTAMP_SOURCE_REALTIME)
        shadowOf(cameras).addCamera(id, of)
    }

    private fun comesAgain(id: String) {
        shadowOf(cameras).removeCamera(id)
        plug(id, if (id == "back") CameraMetadata.LENS_FACING_BACK else CameraMetadata.LENS_FACING_FRONT)
        settle()
    }

    /** What was given to a thread is done, and what that gave to another. */
    private fun settle() = repeat(4) {
        shadowOf(own).idle()
        ShadowLooper.idleMainLooper()
    }

    private fun until(isSo: () -> Boolean) = waitUntil("what the camera tells", ::settle, isSo)

    private companion object {
        const val WARM = 20_000
    }
}
