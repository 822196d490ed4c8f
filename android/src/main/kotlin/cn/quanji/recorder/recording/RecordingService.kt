package cn.quanji.recorder.recording

import android.Manifest.permission.CAMERA
import android.Manifest.permission.RECORD_AUDIO
import android.app.NotificationManager
import android.app.Service
import android.content.Intent
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.content.pm.ServiceInfo.FOREGROUND_SERVICE_TYPE_CAMERA
import android.content.pm.ServiceInfo.FOREGROUND_SERVICE_TYPE_MICROPHONE
import android.os.Build
import android.os.IBinder
import android.os.PowerManager
import cn.quanji.recorder.HasAppGraph
import cn.quanji.recorder.NewerApi
import cn.quanji.recorder.capture.HandlerLane
import cn.quanji.recorder.core.Wish
import cn.quanji.recorder.keys.ScreenOffKeys
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch

/** Keeps the process in front and awake while a record runs, and brings the notification's and the keys' wishes. The record itself is the session's. */
class RecordingService : Service() {
    private val graph by lazy { (application as HasAppGraph).graph }
    private val notification by lazy { RecordingNotification(this) }
    private val scope by lazy { CoroutineScope(SupervisorJob() + graph.mainThread) }
    private var keys: ScreenOffKeys? = null
    private var awake: PowerManager.WakeLock? = null
    private var beganAtMs = 0L

    override fun onCreate() {
        super.onCreate()
        beganAtMs = graph.nowMs()
        notification.prepare()
        front(isStopping = false)
        awake = getSystemService(PowerManager::class.java)!!.newWakeLock(PowerManager.PARTIAL_WAKE_LOCK, "quanji:recording").apply { acquire() }
        keys = ScreenOffKeys(this, HandlerLane("keys"), graph.hands::key)
        scope.launch { graph.session.state.map(::isStopping).distinctUntilChanged().collect(::renew) }
    }

    override fun onStartCommand(intent: Intent?, flags: Int, startId: Int): Int {
        Wish.entries.find { it.name == intent?.action }?.let(graph.hands::wish)
        // Not started anew after a kill: the record was cut off, and the app offers to take it up.
        return START_NOT_STICKY
    }

    override fun onDestroy() {
        scope.cancel()
        keys?.release()
        awake?.release()
        super.onDestroy()
    }

    override fun onBind(intent: Intent?): IBinder? = null

    private fun isStopping(state: RecordingState) = (state as? RecordingState.Running)?.touch is Touch.Stopping

    private fun renew(isStopping: Boolean) =
        getSystemService(NotificationManager::class.java)!!.notify(RecordingNotification.ID, notification.make(isStopping, beganAtMs))

    private fun front(isStopping: Boolean) {
        val shown = notification.make(isStopping, beganAtMs)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) frontAs(shown) else startForeground(RecordingNotification.ID, shown)
    }

    /** Of the types that are permitted; with none of them it is no service of this kind, and the record says that nothing could be recorded. */
    @NewerApi
    private fun frontAs(shown: android.app.Notification) {
        val camera = if (permits(CAMERA)) FOREGROUND_SERVICE_TYPE_CAMERA else 0
        val microphone = if (permits(RECORD_AUDIO)) FOREGROUND_SERVICE_TYPE_MICROPHONE else 0
        try {
            startForeground(RecordingNotification.ID, shown, camera or microphone)
        } catch (_: SecurityException) {
            stopSelf()
        } catch (_: IllegalArgumentException) {
            stopSelf()
        }
    }

    private fun permits(permission: String) = checkSelfPermission(permission) == PERMISSION_GRANTED
}
