package cn.quanji.recorder.capture

import android.Manifest
import android.annotation.SuppressLint
import android.content.Context
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CameraMetadata.LENS_FACING_BACK
import android.hardware.camera2.CameraMetadata.SENSOR_INFO_TIMESTAMP_SOURCE_REALTIME
import android.hardware.display.DisplayManager
import android.os.Handler
import android.os.HandlerThread
import android.os.SystemClock
import android.view.Display
import android.view.Surface
import cn.quanji.recorder.core.Asked
import cn.quanji.recorder.core.CameraClock
import cn.quanji.recorder.core.ClockBase
import cn.quanji.recorder.core.CodeReader
import cn.quanji.recorder.core.FrameDoor
import cn.quanji.recorder.core.Pane
import cn.quanji.recorder.core.TexturePane
import java.util.concurrent.Executors

/**
 * The phone's back camera: a record's, and while there is none a finder's of codes. Everything of it happens on one thread of its own, so that a record
 * that begins finds the camera given back; what it tells is told from there.
 */
class Camera(private val context: Context, private val monoClock: MonoClock, private val reader: CodeReader) : PictureSource, CodeFinder, Viewfinder {
    private val handler = Handler(HandlerThread("camera").apply { start() }.looper)
    private val cameras = context.getSystemService(CameraManager::class.java)!!
    private var take: CameraTake? = null
    private var told: (PictureSays) -> Unit = {}
    private var isGone = false
    private var isWatching = false

    /** Read by the take for each of its small pictures. */
    @Volatile
    private var watcher: ((Glimpse) -> Unit)? = null
    private var finder: CodeCamera? = null
    private var found: (FinderSays) -> Unit = {}
    private val judging by lazy { Executors.newSingleThreadExecutor() }

    private val id: String?
        get() = try {
            cameras.cameraIdList.firstOrNull { of(it, CameraCharacteristics.LENS_FACING) == LENS_FACING_BACK } ?: cameras.cameraIdList.firstOrNull()
        } catch (_: CameraAccessException) {
            null
        }

    override val rotationDegrees: Int
        get() {
            val sensor = id?.let { of(it, CameraCharacteristics.SENSOR_ORIENTATION) } ?: 0
            val display = context.getSystemService(DisplayManager::class.java)!!.getDisplay(Display.DEFAULT_DISPLAY)
            val turned = when (display.rotation) {
                Surface.ROTATION_90 -> 90
                Surface.ROTATION_180 -> 180
                Surface.ROTATION_270 -> 270
                else -> 0
            }
            return (sensor - turned + 360) % 360
        }

    override val clock: CameraClock
        get() {
            val source = id?.let { of(it, CameraCharacteristics.SENSOR_INFO_TIMESTAMP_SOURCE) }
            val base = if (source == SENSOR_INFO_TIMESTAMP_SOURCE_REALTIME) ClockBase.Elapsed else ClockBase.Unknown
            return CameraClock(base, (SystemClock.elapsedRealtimeNanos() - System.nanoTime()) / 1000)
        }

    override fun start(asked: Asked.Picture, door: FrameDoor, told: (PictureSays) -> Unit) {
        val rotation = rotationDegrees
        handler.post {
            rest(FinderSays.Recording)
            this.told = told
            watch()
            open(asked, door, rotation)
        }
    }

    override fun go() {
        handler.post { take?.go() }
    }

    override fun takePhoto() {
        handler.post { take?.takePhoto() ?: told(PictureSays.NoPhoto) }
    }

    override fun stop() {
        handler.post {
            take?.close()
            take = null
        }
    }

    override fun close() {
        handler.post {
            cameras.unregisterAvailabilityCallback(availability)
            isWatching = false
            told = {}
        }
    }

    override fun watch(seen: (Glimpse) -> Unit) {
        watcher = seen
    }

    override fun unwatch() {
        watcher = null
    }

    override fun look(pane: Pane, told: (FinderSays) -> Unit) {
        handler.post {
            rest(null)
            when {
                isWatching -> told(FinderSays.Recording)
                context.checkSelfPermission(Manifest.permission.CAMERA) != PERMISSION_GRANTED -> told(FinderSays.NotPermitted)
                else -> find(pane as TexturePane, told)
            }
        }
    }

    override fun rest() {
        handler.post { rest(null) }
    }

    private fun rest(why: FinderSays?) {
        finder?.close()
        finder = null
        why?.let(found)
        found = {}
    }

    @SuppressLint("MissingPermission") // Asked for by the caller.
    private fun find(pane: TexturePane, told: (FinderSays) -> Unit) {
        val id = id ?: return told(FinderSays.NoCamera)
        found = told
        try {
            val next = CodeCamera(cameras.getCameraCharacteristics(id), pane, reader, handler, judging) { of, says -> handler.post { heed(of, says) } }
            finder = next
            cameras.openCamera(id, next, handler)
        } catch (_: CameraAccessException) {
            rest(FinderSays.NoCamera)
        } catch (_: SecurityException) {
            rest(FinderSays.NotPermitted)
        } catch (_: IllegalArgumentException) {
            // The camera was unplugged between two lines.
            rest(FinderSays.NoCamera)
        }
    }

    private fun heed(of: CodeCamera, says: FinderSays) {
        // What a finder says after its end concerns nobody.
        if (of !== finder) return
        if (says == FinderSays.NoCamera) rest(says) else found(says)
    }

    @SuppressLint("MissingPermission") // Without it the platform says so by an exception, which is a camera that is gone.
    private fun open(asked: Asked.Picture, door: FrameDoor, rotation: Int) {
        take?.close()
        take = null
        val id = id ?: return gone()
        try {
            val next = CameraTake(asked, door, rotation, monoClock, handler, { watcher }, ::heed)
            take = next
            cameras.openCamera(id, next, handler)
        } catch (_: CameraAccessException) {
            gone()
        } catch (_: SecurityException) {
            gone()
        } catch (_: IllegalStateException) {
            // The encoder could not be made.
            take = null
            told(PictureSays.EncoderFailed)
        }
    }

    private fun heed(of: CameraTake, says: PictureSays) {
        // What a take says after its end concerns nobody.
        if (of !== take) return
        if (says == PictureSays.CameraGone(true)) isGone = true
        told(says)
    }

    private fun gone() {
        take?.close()
        take = null
        isGone = true
        told(PictureSays.CameraGone(true))
    }

    private fun watch() {
        if (isWatching) return
        isWatching = true
        isGone = false
        cameras.registerAvailabilityCallback(availability, handler)
    }

    private val availability = object : CameraManager.AvailabilityCallback() {
        override fun onCameraAvailable(id: String) {
            if (!isGone || id != this@Camera.id) return
            isGone = false
            told(PictureSays.CameraGone(false))
        }
    }

    private fun <T> of(id: String, key: CameraCharacteristics.Key<T>): T? = cameras.getCameraCharacteristics(id).get(key)
}
