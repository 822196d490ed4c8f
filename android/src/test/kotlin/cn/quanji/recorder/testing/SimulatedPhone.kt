package cn.quanji.recorder.testing

import cn.quanji.core.HardwareKey
import cn.quanji.core.PhoneClock
import cn.quanji.core.Reading
import cn.quanji.recorder.capture.Battery
import cn.quanji.recorder.capture.EncoderOutput
import cn.quanji.recorder.capture.Lane
import cn.quanji.recorder.capture.MonoClock
import cn.quanji.recorder.capture.PhoneSays
import cn.quanji.recorder.capture.PhoneSignals
import cn.quanji.recorder.capture.PictureSays
import cn.quanji.recorder.capture.PictureSource
import cn.quanji.recorder.capture.Presence
import cn.quanji.recorder.capture.SoundSays
import cn.quanji.recorder.capture.SoundSource
import cn.quanji.recorder.capture.UnitGate
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Asked
import cn.quanji.recorder.core.CameraClock
import cn.quanji.recorder.core.Checked
import cn.quanji.recorder.core.ClockBase
import cn.quanji.recorder.core.Coding
import cn.quanji.recorder.core.Conditions
import cn.quanji.recorder.core.CoreAloud
import cn.quanji.recorder.core.FrameDoor
import cn.quanji.recorder.core.Heat
import cn.quanji.recorder.core.Language
import cn.quanji.recorder.core.Located
import cn.quanji.recorder.core.Permitted
import cn.quanji.recorder.core.Recorder
import cn.quanji.recorder.core.SceneKnown
import cn.quanji.recorder.core.SealedFiles
import cn.quanji.recorder.core.SoundFormat
import cn.quanji.recorder.core.Step
import cn.quanji.recorder.core.Track
import cn.quanji.recorder.core.Vault
import cn.quanji.recorder.core.Wrapping
import cn.quanji.recorder.recording.LiveSession
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.telling.Change
import cn.quanji.recorder.telling.Telling
import java.io.Closeable
import java.io.File
import java.nio.ByteBuffer
import java.nio.file.Files
import java.util.PriorityQueue
import kotlin.math.PI
import kotlin.math.sin
import kotlin.random.Random

/** A phone whose time is the test's, with the real core, a real vault on the disk, and sources that play real encoded units. */
class SimulatedPhone(
    folder: File = Files.createTempDirectory("phone").toFile(),
    private var bootCount: Long = 1,
    /** What a clock on the wall shows at the boot, µs since 1970. The core's threads read the clock too. */
    @Volatile private var bootedAtUs: Long = MONDAY_US,
    /** What keeps the process in front, beside the count. */
    kept: Presence? = null,
    private val hardwareKey: HardwareKey? = null,
) : Closeable {
    var folder = folder
        private set

    @Volatile
    var nowUs = 60_000_000L
        private set
    private val wrapping = PlainWrapping()
    val lane = ManualLane { nowUs }
    val picture = PlayedPicture { nowUs }
    val sound = PlayedSound { nowUs }
    val signals = SetSignals()
    val presence = CountedPresence(kept)
    val telling = HeardTelling()

    /** What is known of the scene, as far as it is read aloud. */
    var known = SceneKnown(matter = null, party = null, officers = emptyList())
    private val aloud = CoreAloud({ vault }, { known }, { Language.Chinese }, { (bootedAtUs + nowUs) / 1000 })

    /** Where HEVC is chosen and the phone has an encoder for it. */
    var hevcAt = emptyList<Step>()
    var vault = vault()
        private set
    var recorder = Recorder(vault)
        private set
    var session = session()
        private set

    val running: RecordingState.Running
        get() = session.state.value as RecordingState.Running

    /** Time passes, and what the sources play comes in as a camera and a microphone would bring it. */
    fun pass(seconds: Double) {
        repeat((seconds * 1_000_000 / EncodedScene.PICTURE_US).toInt()) {
            nowUs += EncodedScene.PICTURE_US
            picture.play()
            sound.play()
            lane.catchUp()
        }
    }

    /** Time passes in one step, and nothing comes in. */
    fun skip(seconds: Int) {
        nowUs += seconds * 1_000_000L
        lane.catchUp()
    }

    /**
     * The process ends as by a kill: nothing is said, and nothing is closed. The next one finds what stood on the disk at that instant, and no lock on it.
     * A reboot takes its time, and the clock that counts sleep begins anew.
     */
    fun killed(isRebooted: Boolean = false) {
        val left = photographed()
        picture.stop()
        sound.stop()
        lane.forgetAll()
        signals.stop()
        presence.held = 0
        // Only now, and on a disk that nobody reads any more: what is killed says no goodbye.
        letGo()
        folder = left
        if (isRebooted) {
            bootCount += 1
            bootedAtUs += nowUs + REBOOT_US
            nowUs = BOOTED_US
        }
        vault = vault()
        recorder = Recorder(vault)
        session = session()
    }

    override fun close() = letGo()

    /** What is still on its way would go on behind the next test, for as long as its patience lasts. */
    private fun letGo() {
        (vault.open() as? Answer.Of)?.value?.stopUploads()
        vault.close()
        folder.deleteRecursively()
    }

    /** The disk as it stands at one instant: copied until nothing was written meanwhile. */
    private fun photographed(): File {
        while (true) {
            val before = standing()
            val copy = Files.createTempDirectory("phone").toFile()
            folder.copyRecursively(copy, overwrite = true) { _, _ -> OnErrorAction.SKIP }
            if (standing() == before) return copy
            copy.deleteRecursively()
        }
    }

    private fun standing() = folder.walk().filter { it.isFile }.associate { it.path to (it.length() to it.lastModified()) }

    private fun vault() = Vault(File(folder, "vault"), SealedFiles(File(folder, "secrets"), wrapping), bootCount, "0.1.0", SimulatedClock(), hardwareKey = hardwareKey)

    private fun session() =
        LiveSession(recorder, picture, sound, signals, presence, telling, { it.name }, aloud, { recorder.wanted(Step.FullHd, isHevc = false).copy(hevcAt = hevcAt) }, lane, { nowUs }, Random(1), { (bootedAtUs + nowUs) / 1000 })

    private inner class SimulatedClock : PhoneClock {
        override fun now() = Reading(wallUs = (bootedAtUs + nowUs).toULong(), monoUs = nowUs.toULong())
    }

    private companion object {
        const val REBOOT_US = 40_000_000L
        const val BOOTED_US = 20_000_000L

        /** 2026-11-23T01:00:00Z. */
        const val MONDAY_US = 1_795_395_600_000_000L
    }
}

/** Keeps the order of a real lane, and runs on the test's thread when the test lets time pass. It takes from any: workers hand it what they ask. */
class ManualLane(private val nowUs: () -> Long) : Lane {
    private class Later(val atUs: Long, val number: Long, val act: () -> Unit)

    private val soon = ArrayDeque<() -> Unit>()
    private val later = PriorityQueue<Later>(compareBy({ it.atUs }, { it.number }))
    private var number = 0L

    @Synchronized
    override fun run(act: () -> Unit) {
        soon += act
    }

    @Synchronized
    override fun runIn(ms: Long, act: () -> Unit) {
        later += Later(nowUs() + ms * 1000, number++, act)
    }

    @Synchronized
    override fun forgetLater() = later.clear()

    @Synchronized
    fun forgetAll() {
        soon.clear()
        later.clear()
    }

    val waiting: Int
        @Synchronized get() = soon.size + later.size

    fun catchUp() {
        while (true) (next() ?: return)()
    }

    /** Taken alone under the lock: what it does may wait for a thread that hands over more. */
    @Synchronized
    private fun next(): (() -> Unit)? = soon.removeFirstOrNull() ?: later.peek()?.takeIf { it.atUs <= nowUs() }?.let { later.remove(it); it.act }
}

/** The scene's pictures through the real gate. */
class PlayedPicture(private val time: MonoClock) : PictureSource, EncoderOutput {
    override val rotationDegrees = 90
    override val clock: CameraClock
        get() = CameraClock(ClockBase.Elapsed, 0)
    private var scene = EncodedScene.made
    private var gate: UnitGate? = null
    private var next = 0
    var told: (PictureSays) -> Unit = {}
    var isStalled = false
    val asked = ArrayList<Asked.Picture>()
    var failsToStart = 0

    /** The phone has an encoder of HEVC that cannot be started. */
    var isHevcBroken = false

    /** Every encoder that is begun while this is so gives nothing, not even its format. */
    var isDumb = false
    var photos = 0

    override fun start(asked: Asked.Picture, door: FrameDoor, told: (PictureSays) -> Unit) {
        this.asked += asked
        this.told = told
        if (failsToStart > 0) {
            failsToStart -= 1
            return told(PictureSays.EncoderFailed)
        }
        if (isHevcBroken && asked.coding == Coding.Hevc) return told(PictureSays.EncoderFailed)
        scene = if (asked.coding == Coding.Hevc) EncodedScene.inHevc else EncodedScene.made
        if (isDumb) return
        gate = UnitGate(Track.Video, door, time, this)
        // An encoder begins with a key frame.
        next = 0
        told(PictureSays.Format(scene.format))
    }

    override fun go() {
        gate?.open()
    }

    override fun takePhoto() {
        photos += 1
        told(PictureSays.Photo(byteArrayOf(-1, -40, -1, -39), 1920, 1080))
    }

    override fun stop() {
        gate = null
    }

    override fun close() = Unit

    fun play() {
        val gate = gate ?: return
        if (isStalled) return
        val unit = scene.pictures[next % scene.pictures.size]
        gate.onUnit(next % scene.pictures.size, 0, unit.bytes.limit(), time.nowUs() - LATE_US, if (unit.isKey) 1 else 0)
        next += 1
    }

    override fun buffer(index: Int): ByteBuffer = scene.pictures[index].bytes

    override fun release(index: Int) = Unit

    override fun makeKeyFrame() {
        next = 0
    }

    private companion object {
        const val LATE_US = 30_000L
    }
}

/** The scene's sound through the real gate; the detector hears a hum, or [voice]. */
class PlayedSound(private val clock: MonoClock) : SoundSource, EncoderOutput {
    private val scene = EncodedScene.made
    private val hum = ByteBuffer.allocateDirect(2 * 640).order(java.nio.ByteOrder.LITTLE_ENDIAN)
    private val flat = ByteBuffer.allocateDirect(2 * 640)
    private var gate: UnitGate? = null
    private var door: FrameDoor? = null
    private var beganUs = 0L
    private var next = 0L
    var told: (SoundSays) -> Unit = {}
    var isFlat = false

    /** What is heard from now on, 16 kHz; after its end nothing but the hum. */
    var voice = ShortArray(0)
        set(pcm) {
            field = pcm
            heard = 0
        }
    private var heard = 0
    private val spoken = ByteBuffer.allocateDirect(2 * 640).order(java.nio.ByteOrder.LITTLE_ENDIAN)

    /** The encoder gives nothing; nor does one that is made anew. */
    var isStalled = false
    var starts = 0

    init {
        for (sample in 0 until 640) hum.putShort(2 * sample, (3000 * sin(2 * PI * 200 * sample / 16_000)).toInt().toShort())
    }

    override fun start(door: FrameDoor, told: (SoundSays) -> Unit) {
        starts += 1
        this.told = told
        this.door = door
        gate = UnitGate(Track.Audio, door, clock, this)
        beganUs = clock.nowUs()
        next = 0
        told(SoundSays.Format(SoundFormat(EncodedScene.SOUND_CONFIG, 1024)))
    }

    override fun go() {
        gate?.open()
    }

    override fun stop() {
        gate = null
        door = null
    }

    fun play() {
        val gate = gate ?: return
        if (isStalled) return
        val frames = (clock.nowUs() - beganUs) * EncodedScene.RATE / 1_000_000
        while ((next + 1) * EncodedScene.SOUND_FRAMES <= frames) {
            val at = (next % scene.sounds.size).toInt()
            gate.onUnit(at, 0, scene.sounds[at].limit(), next * EncodedScene.SOUND_FRAMES * 1_000_000 / EncodedScene.RATE, 1)
            next += 1
            if (next % 47 == 0L) told(SoundSays.Heard(next * EncodedScene.SOUND_FRAMES, beganUs + next * EncodedScene.SOUND_FRAMES * 1_000_000 / EncodedScene.RATE, ClockBase.Elapsed))
        }
        if (door?.hear(if (isFlat) flat else next(), 2 * 640, clock.nowUs()) == true) told(SoundSays.Something)
    }

    private fun next(): ByteBuffer {
        if (heard + 640 > voice.size) return hum
        for (at in 0 until 640) spoken.putShort(2 * at, voice[heard + at])
        heard += 640
        return spoken
    }

    override fun buffer(index: Int): ByteBuffer = scene.sounds[index]

    override fun release(index: Int) = Unit

    override fun makeKeyFrame() = Unit
}

class SetSignals : PhoneSignals {
    var told: (PhoneSays) -> Unit = {}
    var conditions = Conditions(Heat.None, batteryPercent = 80, isCharging = false, hasCamera = true)
    var free = 20_000_000_000L
    var isAllowed = true
    var located = Located.Fix
    var savesBattery = false
    var permitted = Permitted(camera = true, microphone = true, notifications = true, background = true)
    var placeIsOn = true

    override fun start(told: (PhoneSays) -> Unit) {
        this.told = told
    }

    override fun stop() {
        told = {}
    }

    override fun conditions() = conditions

    override fun battery(): Battery? = Battery(conditions.batteryPercent, conditions.isCharging)

    override fun freeBytes() = free

    override fun checked() = Checked(conditions.batteryPercent, conditions.isCharging, conditions.heat, located, savesBattery, free, permitted)

    override fun isPlaceOn() = placeIsOn

    override fun isPermitted() = isAllowed
}

class CountedPresence(private val kept: Presence?) : Presence {
    var held = 0

    override fun hold() {
        held += 1
        kept?.hold()
    }

    override fun release() {
        held -= 1
        kept?.release()
    }
}

class HeardTelling : Telling {
    val heard = ArrayList<Change>()

    override fun tell(change: Change) {
        heard += change
    }
}

/** Seals nothing: what the Keystore does is asked of [SealedFiles] elsewhere. */
class PlainWrapping : Wrapping {
    override fun seal(secret: ByteArray, name: String) = secret

    override fun open(sealed: ByteArray, name: String) = sealed
}
