package cn.quanji.recorder.capture

import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.Manifest.permission.CAMERA
import android.Manifest.permission.RECORD_AUDIO
import android.annotation.SuppressLint
import android.app.NotificationManager
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.hardware.Sensor
import android.hardware.SensorEvent
import android.hardware.SensorEventListener
import android.hardware.SensorManager
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.BatteryManager
import android.os.Build
import android.os.Bundle
import android.os.Handler
import android.os.HandlerThread
import android.os.PowerManager
import android.os.StatFs
import android.os.SystemClock
import cn.quanji.recorder.NewerApi
import cn.quanji.recorder.core.Checked
import cn.quanji.recorder.core.Conditions
import cn.quanji.recorder.core.Heat
import cn.quanji.recorder.core.Located
import cn.quanji.recorder.core.Permitted
import java.io.File
import kotlin.math.abs
import kotlin.math.sqrt

/** Battery, heat, clock, bearing, place and space, as the platform tells them. The place is asked for only while something is recorded. */
class AndroidSignals(private val context: Context, private val vault: File) : PhoneSignals {
    private val handler by lazy { Handler(HandlerThread("signals").apply { start() }.looper) }
    private val power = context.getSystemService(PowerManager::class.java)!!
    private val sensors = context.getSystemService(SensorManager::class.java)!!
    private val places = context.getSystemService(LocationManager::class.java)!!
    private var told: (PhoneSays) -> Unit = {}
    private var hotness: Any? = null
    private var from: Location? = null
    private var gravityAtNs = 0L
    private var movedMost = 0

    override fun start(told: (PhoneSays) -> Unit) {
        this.told = told
        from = null
        val filter = IntentFilter(Intent.ACTION_BATTERY_CHANGED).apply { addAction(Intent.ACTION_TIME_CHANGED) }
        context.registerReceiver(broadcasts, filter, null, handler)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) watchHeat()
        sensors.getDefaultSensor(Sensor.TYPE_ACCELEROMETER)?.let { sensors.registerListener(bearing, it, SENSOR_US, handler) }
        watchPlace()
    }

    override fun stop() {
        context.unregisterReceiver(broadcasts)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) leaveHeat()
        sensors.unregisterListener(bearing)
        places.removeUpdates(place)
        told = {}
    }

    override fun conditions(): Conditions {
        val battery = battery()
        val heat = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) heatNow() else Heat.None
        // A phone that does not say counts as full: a step down for what was not measured would be a guess.
        return Conditions(heat, battery?.percent ?: 100, battery?.isCharging ?: false, hasCamera = true)
    }

    override fun battery(): Battery? {
        val said = context.registerReceiver(null, IntentFilter(Intent.ACTION_BATTERY_CHANGED)) ?: return null
        return if (said.hasExtra(BatteryManager.EXTRA_LEVEL)) Battery(percent(said), isCharging(said)) else null
    }

    override fun freeBytes(): Long = StatFs(existing(vault).path).availableBytes

    override fun checked(): Checked {
        val battery = battery()
        return Checked(
            batteryPercent = battery?.percent,
            isCharging = battery?.isCharging,
            heat = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) heatNow() else null,
            located = located(),
            savesBattery = power.isPowerSaveMode,
            freeBytes = freeBytes(),
            permitted = permitted(),
        )
    }

    private fun permitted() = Permitted(
        camera = permits(CAMERA),
        microphone = permits(RECORD_AUDIO),
        notifications = context.getSystemService(NotificationManager::class.java)!!.areNotificationsEnabled(),
        background = power.isIgnoringBatteryOptimizations(context.packageName),
    )

    override fun isPlaceOn(): Boolean = permits(ACCESS_FINE_LOCATION) && places.isProviderEnabled(LocationManager.GPS_PROVIDER)

    /** By a fix of this recording, or one of the last minute: whether there is one is asked, and not where. */
    @SuppressLint("MissingPermission") // Asked for in the line before.
    private fun located(): Located {
        if (!permits(ACCESS_FINE_LOCATION)) return Located.Denied
        val last = from ?: places.getLastKnownLocation(LocationManager.GPS_PROVIDER)
        val isFresh = last != null && SystemClock.elapsedRealtimeNanos() - last.elapsedRealtimeNanos < FRESH_NS
        return if (from != null || isFresh) Located.Fix else Located.None
    }

    override fun isPermitted(): Boolean = permits(CAMERA) && permits(RECORD_AUDIO)

    private fun permits(permission: String) = context.checkSelfPermission(permission) == PERMISSION_GRANTED

    private fun existing(folder: File): File = if (folder.exists()) folder else existing(folder.parentFile!!)

    private val broadcasts = object : BroadcastReceiver() {
        override fun onReceive(context: Context, intent: Intent) {
            when (intent.action) {
                Intent.ACTION_BATTERY_CHANGED -> told(PhoneSays.Battery(percent(intent), isCharging(intent)))
                Intent.ACTION_TIME_CHANGED -> told(PhoneSays.ClockWasSet)
            }
        }
    }

    private fun percent(battery: Intent): Int {
        val scale = battery.getIntExtra(BatteryManager.EXTRA_SCALE, 100).coerceAtLeast(1)
        return battery.getIntExtra(BatteryManager.EXTRA_LEVEL, scale).coerceIn(0, scale) * 100 / scale
    }

    private fun isCharging(battery: Intent) = battery.getIntExtra(BatteryManager.EXTRA_PLUGGED, 0) != 0

    @NewerApi
    private fun heatNow(): Heat = Heat.entries.getOrElse(power.currentThermalStatus) { Heat.None }

    @NewerApi
    private fun watchHeat() {
        val listener = PowerManager.OnThermalStatusChangedListener { told(PhoneSays.Heated(Heat.entries.getOrElse(it) { Heat.None })) }
        hotness = listener
        power.addThermalStatusListener(Runnable::run, listener)
    }

    @NewerApi
    private fun leaveHeat() {
        (hotness as? PowerManager.OnThermalStatusChangedListener)?.let(power::removeThermalStatusListener)
        hotness = null
    }

    /** Once a second: how the phone hangs, and the most that it moved since. */
    private val bearing = object : SensorEventListener {
        override fun onSensorChanged(event: SensorEvent) {
            val (x, y, z) = event.values
            val all = sqrt(x * x + y * y + z * z)
            movedMost = maxOf(movedMost, (abs(all - SensorManager.GRAVITY_EARTH) / SensorManager.GRAVITY_EARTH * 1000).toInt())
            if (event.timestamp - gravityAtNs < SECOND_NS) return
            gravityAtNs = event.timestamp
            told(PhoneSays.Upright((y / SensorManager.GRAVITY_EARTH * 1000).toInt()))
            told(PhoneSays.Moved(movedMost))
            movedMost = 0
        }

        override fun onAccuracyChanged(sensor: Sensor, accuracy: Int) = Unit
    }

    @SuppressLint("MissingPermission") // Asked for in the line before.
    private fun watchPlace() {
        if (!isPlaceOn()) return
        places.requestLocationUpdates(LocationManager.GPS_PROVIDER, PLACE_EVERY_MS, 0f, place, handler.looper)
    }

    /** Only how far; where is nobody's business here. */
    private val place = object : LocationListener {
        override fun onLocationChanged(now: Location) {
            val began = from ?: now.also { from = it }
            told(PhoneSays.Away(began.distanceTo(now).toLong()))
        }

        // Before API 30 the platform calls these, and they have no body there.
        override fun onProviderEnabled(provider: String) = Unit

        override fun onProviderDisabled(provider: String) = Unit

        @Deprecated("Called before API 29 only.")
        override fun onStatusChanged(provider: String, status: Int, extras: Bundle?) = Unit
    }

    private companion object {
        const val SENSOR_US = 200_000
        const val SECOND_NS = 1_000_000_000L
        const val PLACE_EVERY_MS = 10_000L
        const val FRESH_NS = 60_000_000_000L
    }
}
