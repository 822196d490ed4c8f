package cn.quanji.recorder.testing

import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.impl.CameraCaptureSessionImpl
import android.hardware.camera2.impl.CameraDeviceImpl
import android.os.Handler
import android.view.Surface
import java.util.concurrent.CopyOnWriteArrayList
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.shadow.api.Shadow
import org.robolectric.shadows.ShadowCameraDeviceImpl

/** Robolectric's camera, which besides remembers what it was asked for and when it was given back, and can refuse a session. */
@Implements(value = CameraDeviceImpl::class, isInAndroidSdk = false)
class PlayedCamera : ShadowCameraDeviceImpl() {
    @Implementation
    override fun createCaptureSession(outputs: List<Surface>, callback: CameraCaptureSession.StateCallback, handler: Handler?) {
        sessions += outputs.size
        if (isRefusing) handler!!.post { callback.onConfigureFailed(Shadow.newInstanceOf(CameraCaptureSessionImpl::class.java)) } else super.createCaptureSession(outputs, callback, handler)
    }

    @Implementation
    override fun close() {
        PlayedCodec.order += "camera"
        super.close()
    }

    companion object {
        /** How many outputs each session had. */
        val sessions: MutableList<Int> = CopyOnWriteArrayList()

        @Volatile
        var isRefusing = false

        fun reset() {
            sessions.clear()
            isRefusing = false
        }
    }
}
