package cn.quanji.recorder.recording

import cn.quanji.recorder.capture.PhoneSays
import cn.quanji.recorder.capture.PictureSays
import cn.quanji.recorder.capture.SoundSays
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Cause
import cn.quanji.recorder.core.CheckNote
import cn.quanji.recorder.core.Coding
import cn.quanji.recorder.core.Heat
import cn.quanji.recorder.core.Key
import cn.quanji.recorder.core.Located
import cn.quanji.recorder.core.Matter
import cn.quanji.recorder.core.Obstruction
import cn.quanji.recorder.core.OpenSpan
import cn.quanji.recorder.core.OpeningElement
import cn.quanji.recorder.core.OpeningLine
import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.PartyKnown
import cn.quanji.recorder.core.Permitted
import cn.quanji.recorder.core.PhraseOf
import cn.quanji.recorder.core.RunningStatus
import cn.quanji.recorder.core.SceneKnown
import cn.quanji.recorder.core.Secrecy
import cn.quanji.recorder.core.Speech
import cn.quanji.recorder.core.StartedBy
import cn.quanji.recorder.core.Step
import cn.quanji.recorder.core.Told
import cn.quanji.recorder.core.Wish
import cn.quanji.recorder.telling.Change
import cn.quanji.recorder.testing.Samples
import cn.quanji.recorder.testing.SimulatedPhone
import cn.quanji.recorder.testing.Voices
import kotlin.random.Random
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test

/** The session with the real core and a real vault, real encoded units, and the test's time. */
class LiveSessionTest {
    private val phone = SimulatedPhone()

    @After
    fun close() = phone.close()

    @Test
    fun `a recording begins with nothing asked and what arrives is on the disk`() {
        start()
        phone.pass(3.0)
        assertEquals(Arriving.Both, phone.running.arriving)
        assertEquals(Quality.FullHd, phone.running.quality)
        assertEquals(Limit.Policy, phone.running.limit)
        assertTrue(phone.telling.heard.containsAll(listOf(Change.Started, Change.OpeningAsked)))
        val status = phone.recorder.status() as RunningStatus.Running
        assertEquals("one take, whichever encoder was first", 1L, status.takes)
        assertTrue(status.mediaBytes > 10_000)
        assertEquals(1, phone.presence.held)
    }

    @Test
    fun `within two seconds the check says what the phone measured and what does not deliver`() {
        phone.signals.conditions = phone.signals.conditions.copy(batteryPercent = 12, heat = Heat.Severe)
        phone.signals.free = 1_000_000_000
        phone.signals.located = Located.Denied
        phone.signals.savesBattery = true
        phone.signals.permitted = Permitted(camera = false, microphone = false, notifications = false, background = false)
        phone.picture.isDumb = true
        phone.sound.isFlat = true
        start()
        phone.pass(1.8)
        assertEquals("nothing is said before it can be known", emptyList<CheckNote>(), phone.running.notes)
        phone.pass(0.2)
        val found = CheckNote.entries - setOf(CheckNote.ClockOff, CheckNote.NoLocation)
        assertEquals(found, phone.running.notes)
        assertFalse(Owed.Preflight in phone.running.owed)
        phone.pass(16.0)
        assertEquals("read by then", emptyList<CheckNote>(), phone.running.notes)
    }

    @Test
    fun `of the checks of a shift only what changed is shown`() {
        phone.signals.located = Located.None
        val shown = (1..3).map { number ->
            if (number == 3) phone.signals.savesBattery = true
            start()
            phone.pass(2.0)
            phone.running.notes.also { end() }
        }
        assertEquals(listOf(listOf(CheckNote.ClockUnchecked, CheckNote.NoLocation), emptyList(), listOf(CheckNote.BatterySaver)), shown)
    }

    @Test
    fun `the light goes out when nothing reaches the disk`() {
        start()
        phone.pass(3.0)
        phone.picture.isStalled = true
        phone.sound.isStalled = true
        // Three seconds without a fragment, looked at once a second.
        phone.pass(8.0)
        assertEquals(Arriving.Nothing, phone.running.arriving)
        assertEquals(Cause.Encoder, phone.running.loss)
        assertTrue(Change.Interrupted in phone.telling.heard)
    }

    @Test
    fun `a stop is held for two seconds and can be taken back for ten while the camera runs`() {
        start()
        phone.pass(1.0)
        hold(RecordingEvent.HoldDown, RecordingEvent.HoldUp)
        assertEquals(Touch.Unlocked, phone.running.touch)
        hold(RecordingEvent.StopDown, RecordingEvent.StopUp)
        assertTrue(phone.running.touch is Touch.Stopping)
        phone.pass(4.0)
        assertEquals(Arriving.Both, phone.running.arriving)
        event(RecordingEvent.TakeStopBack)
        phone.pass(12.0)
        assertEquals(Arriving.Both, phone.running.arriving)
        hold(RecordingEvent.HoldDown, RecordingEvent.HoldUp)
        hold(RecordingEvent.StopDown, RecordingEvent.StopUp)
        phone.pass(11.0)
        assertTrue(phone.session.state.value is RecordingState.Ended)
        assertEquals(0, phone.presence.held)
    }

    @Test
    fun `every act is done by keys alone`() {
        long(Key.VolumeUp)
        phone.pass(2.0)
        assertTrue("a long press starts", phone.session.state.value is RecordingState.Running)
        long(Key.VolumeUp)
        assertEquals(Confirmed.Mark, phone.running.confirmed)
        short(Key.Shutter)
        assertEquals(1, phone.picture.photos)
        assertEquals(Confirmed.Photo, phone.running.confirmed)
        short(Key.Headset)
        assertEquals(Confirmed.Spoken, phone.running.confirmed)
        assertFalse(phone.running.owed.any { it is Owed.Opening })
        long(Key.VolumeDown)
        assertTrue(phone.running.touch is Touch.Stopping)
        long(Key.VolumeDown)
        assertEquals("the same press takes it back", Touch.Locked, phone.running.touch)
        long(Key.VolumeDown)
        phone.pass(11.0)
        assertTrue(phone.session.state.value is RecordingState.Ended)
    }

    @Test
    fun `every act is done by the notification alone`() {
        wish(Wish.Start)
        phone.pass(1.0)
        wish(Wish.Mark)
        assertEquals(Confirmed.Mark, phone.running.confirmed)
        wish(Wish.Photo)
        assertEquals(Confirmed.Photo, phone.running.confirmed)
        wish(Wish.Spoken)
        assertEquals(Confirmed.Spoken, phone.running.confirmed)
        wish(Wish.Stop)
        wish(Wish.Start)
        assertEquals(Touch.Locked, phone.running.touch)
        wish(Wish.Stop)
        phone.pass(11.0)
        assertTrue(phone.session.state.value is RecordingState.Ended)
    }

    @Test
    fun `ten minutes of wet glass stop nothing`() {
        start()
        val rain = Random(20261126)
        val touches = listOf(RecordingEvent.HoldDown, RecordingEvent.HoldUp, RecordingEvent.StopDown, RecordingEvent.StopUp)
        var left = 600.0
        while (left > 0) {
            // Drops come and go within less than the two seconds of a hold.
            val seconds = 0.04 * (1 + rain.nextInt(35))
            event(touches.random(rain))
            phone.pass(seconds)
            // A drop that stays on one spot dries or runs off.
            event(RecordingEvent.HoldUp)
            event(RecordingEvent.StopUp)
            left -= seconds
        }
        assertEquals(Touch.Locked, phone.running.touch)
        assertFalse(phone.telling.heard.any { it == Change.StopBegins || it == Change.Unlocked })
    }

    @Test
    fun `a call takes the sound, is told, and gives it back`() {
        start()
        phone.pass(3.0)
        phone.sound.told(SoundSays.Silenced(true))
        phone.pass(1.0)
        assertEquals(Cause.PhoneCall, phone.running.loss)
        assertEquals(Arriving.PictureOnly, phone.running.arriving)
        phone.sound.told(SoundSays.Silenced(false))
        phone.pass(1.0)
        assertEquals(Arriving.Both, phone.running.arriving)
        assertEquals(listOf(Change.SoundLost, Change.SoundBack), phone.telling.heard.filter { it == Change.SoundLost || it == Change.SoundBack })
    }

    @Test
    fun `a camera that is taken away leaves the sound, and comes back by itself`() {
        start()
        phone.pass(3.0)
        phone.picture.told(PictureSays.CameraGone(true))
        phone.pass(3.0)
        assertEquals(Quality.SoundOnly, phone.running.quality)
        assertEquals(Limit.Camera, phone.running.limit)
        assertEquals(Arriving.SoundOnly, phone.running.arriving)
        phone.picture.told(PictureSays.CameraGone(false))
        phone.pass(6.0)
        assertEquals(Quality.FullHd, phone.running.quality)
        assertEquals(Arriving.Both, phone.running.arriving)
    }

    @Test
    fun `heat steps down to sound alone, says so, and records on`() {
        start()
        phone.pass(2.0)
        phone.signals.conditions = phone.signals.conditions.copy(heat = Heat.Severe)
        phone.signals.told(PhoneSays.Heated(Heat.Severe))
        phone.pass(3.0)
        assertEquals(Limit.Heat, phone.running.limit)
        assertTrue(phone.running.quality != Quality.FullHd)
        assertTrue(phone.telling.heard.any { it == Change.BecameHd || it == Change.BecameSoundOnly })
        assertTrue(phone.running.arriving != Arriving.Nothing)
    }

    @Test
    fun `an encoder that fails is tried again, and not for ever`() {
        start()
        phone.pass(2.0)
        phone.picture.failsToStart = 100
        phone.picture.told(PictureSays.EncoderFailed)
        phone.pass(60.0)
        val tries = phone.picture.asked.size
        assertEquals(Quality.SoundOnly, phone.running.quality)
        assertEquals(Arriving.SoundOnly, phone.running.arriving)
        phone.pass(60.0)
        assertEquals(tries, phone.picture.asked.size)
    }

    @Test
    fun `pictures are made in HEVC where it is chosen and the phone can, and the record says so`() {
        phone.hevcAt = listOf(Step.FullHd)
        start()
        phone.pass(3.0)
        assertEquals(Arriving.Both, phone.running.arriving)
        assertEquals(listOf(Coding.Hevc), phone.picture.asked.map { it.coding })
        phone.signals.conditions = phone.signals.conditions.copy(heat = Heat.Severe)
        phone.pass(4.0)
        assertEquals("no encoder of HEVC for this size", Coding.H264, phone.picture.asked.last().coding)
        assertEquals(Arriving.Both, phone.running.arriving)
        assertEquals(listOf("hvc1", "avc1"), codecs())
    }

    @Test
    fun `an encoder of HEVC that does not start gives way to one of H264, and the picture is there`() {
        phone.hevcAt = listOf(Step.Hd, Step.FullHd)
        phone.picture.isHevcBroken = true
        start()
        phone.pass(5.0)
        assertEquals(listOf(Coding.Hevc, Coding.H264), phone.picture.asked.map { it.coding })
        assertEquals(Arriving.Both, phone.running.arriving)
        assertEquals(Quality.FullHd, phone.running.quality)
        phone.signals.conditions = phone.signals.conditions.copy(heat = Heat.Severe)
        phone.pass(4.0)
        assertEquals("it is not tried again in this record", Coding.H264, phone.picture.asked.last().coding)
        assertEquals(setOf("avc1"), codecs().toSet() - "")
    }

    @Test
    fun `an encoder of HEVC that hangs in mid recording gives way to one of H264`() {
        phone.hevcAt = listOf(Step.FullHd)
        start()
        phone.pass(5.0)
        phone.picture.isStalled = true
        phone.pass(5.0)
        assertEquals(listOf(Coding.Hevc, Coding.H264), phone.picture.asked.map { it.coding })
        phone.picture.isStalled = false
        phone.pass(4.0)
        assertEquals(Arriving.Both, phone.running.arriving)
        assertEquals(listOf("hvc1", "avc1"), codecs().filter { it.isNotEmpty() })
    }

    @Test
    fun `a picture's encoder that gives nothing is made anew, and its sound goes on`() {
        start()
        phone.pass(3.0)
        phone.picture.isStalled = true
        phone.pass(2.0)
        assertEquals("a short pause is none", 1, phone.picture.asked.size)
        phone.pass(3.0)
        assertEquals(2, phone.picture.asked.size)
        assertTrue(phone.telling.heard.contains(Change.Interrupted))
        phone.picture.isStalled = false
        phone.pass(5.0)
        assertEquals(2, phone.picture.asked.size)
        assertEquals(Arriving.Both, phone.running.arriving)
        assertEquals(1, phone.sound.starts)
    }

    @Test
    fun `an encoder that gives nothing from its start is made anew, and not for ever`() {
        phone.picture.isDumb = true
        start()
        phone.pass(2.0)
        assertEquals("sound does not wait for it", Arriving.SoundOnly, phone.running.arriving)
        // The camera is there: what it sees comes beside the encoder.
        repeat(60) {
            phone.picture.told(PictureSays.Luma(ByteArray(320 * 240) { (it * 7).toByte() }, 320))
            phone.pass(1.0)
        }
        val tries = phone.picture.asked.size
        assertTrue("$tries tries", tries in 3..7)
        assertEquals(Quality.SoundOnly, phone.running.quality)
        assertEquals(Arriving.SoundOnly, phone.running.arriving)
    }

    @Test
    fun `the sound's encoder that gives nothing is made anew, and the picture goes on`() {
        start()
        phone.pass(3.0)
        phone.sound.isStalled = true
        phone.pass(5.0)
        assertEquals(2, phone.sound.starts)
        assertEquals(Arriving.PictureOnly, phone.running.arriving)
        phone.sound.isStalled = false
        phone.pass(5.0)
        assertEquals(2, phone.sound.starts)
        assertEquals(1, phone.picture.asked.size)
        assertEquals(Arriving.Both, phone.running.arriving)
    }

    @Test
    fun `a permission that is taken away is an interruption that says so`() {
        start()
        phone.pass(2.0)
        phone.signals.isAllowed = false
        phone.picture.isStalled = true
        phone.sound.isStalled = true
        phone.pass(6.0)
        assertEquals(Cause.Permission, phone.running.loss)
        assertTrue(phone.session.state.value is RecordingState.Running)
    }

    @Test
    fun `little space is said, and recording goes on`() {
        start()
        phone.signals.free = 50_000_000
        phone.pass(3.0)
        assertTrue(Change.SpaceLow in phone.telling.heard)
        assertEquals(Arriving.Both, phone.running.arriving)
    }

    @Test
    fun `a kill in any moment leaves a record that is taken up`() {
        start()
        phone.pass(5.0)
        val record = phone.running.record
        wish(Wish.Stop)
        phone.pass(1.0)
        phone.killed()
        assertEquals(RecordingState.Idle, phone.session.state.value)
        // Longer than what heals by itself.
        phone.skip(30)
        event(RecordingEvent.Start(takeUp = record))
        phone.pass(3.0)
        assertEquals(record, phone.running.record)
        assertEquals(Touch.Locked, phone.running.touch)
        assertEquals(Arriving.Both, phone.running.arriving)
        assertTrue("why it broke off is asked", phone.running.reasonAskedFor != null)
        event(RecordingEvent.Reason(phone.running.reasonAskedFor!!, ReasonPreset.DeviceFault))
        assertEquals(null, phone.running.reasonAskedFor)
    }

    @Test
    fun `a vault of another process is busy, and the page says so`() {
        start()
        phone.pass(1.0)
        assertTrue(phone.recorder.begin(StartedBy.Button) is Answer.Not)
        assertTrue(phone.session.state.value is RecordingState.Running)
    }

    @Test
    fun `what the officer says on the page stands in the record`() {
        start()
        phone.pass(2.0)
        val acts = listOf(
            RecordingEvent.ActFirst to Confirmed.ActFirst,
            RecordingEvent.NobodyPresent to Confirmed.NobodyPresent,
            RecordingEvent.StageChosen(Stage.Decision) to Confirmed.Stage,
            RecordingEvent.SomeoneFilms to Confirmed.Filming,
            RecordingEvent.FilmingTold to Confirmed.FilmingTold,
            RecordingEvent.FilmingToldSecrets to Confirmed.FilmingTold,
            RecordingEvent.SpanBegins(Secrecy.Minor) to Confirmed.Span,
            RecordingEvent.Hindered(Obstruction.Other) to Confirmed.Obstruction,
            RecordingEvent.Hindered(Obstruction.Threat) to Confirmed.PoliceBundle,
        ) + PhraseOf.entries.map { RecordingEvent.PhraseSaid(it) to Confirmed.Phrase }
        for ((act, confirmed) in acts) {
            event(act)
            assertEquals("$act", confirmed, phone.running.confirmed)
        }
        assertEquals(Stage.Decision, phone.running.stage)
        assertFalse(Change.NotNoted in phone.telling.heard)
    }

    @Test
    fun `what was heard of the opening is told as it was measured`() {
        val cut = Voices.reading.copyOf(16_000 * 4) + Voices.room.copyOf(16_000 * 16)
        val cases = listOf(
            Triple(Voices.reading, Speech.Detected, Change.Noted),
            Triple(cut, Speech.Short, Change.HeardShort),
            Triple(Voices.room, Speech.NotDetected, Change.NotHeard),
            Triple(ShortArray(16_000 * 30), Speech.NotMeasured, Change.NotMeasured),
        )
        for ((voice, expected, change) in cases) SimulatedPhone().use { phone ->
            phone.sound.voice = voice
            phone.session.onEvent(RecordingEvent.Start(takeUp = null))
            phone.pass(20.0)
            phone.session.wish(Wish.Spoken)
            phone.lane.catchUp()
            assertEquals(expected, phone.running.heard)
            assertEquals(Confirmed.Spoken, phone.running.confirmed)
            assertTrue("$expected is said aloud", change in phone.telling.heard)
            assertFalse("the officer's word counts", phone.running.owed.any { it is Owed.Opening })
        }
    }

    @Test
    fun `only the line that was ticked is confirmed, and the next is asked for by ear`() {
        phone.sound.voice = Voices.reading
        start()
        phone.pass(20.0)
        assertEquals(7, phone.running.lines.size)
        assertTrue(phone.running.lines.first().text, phone.running.lines.first().text.startsWith("现在是2026年11月23日9点"))
        event(RecordingEvent.LineSaid(OpeningElement.Time))
        assertEquals(Speech.Detected, phone.running.heard)
        event(RecordingEvent.LineSaid(OpeningElement.Officers))
        assertEquals("read first and ticked then", Speech.Detected, phone.running.heard)
        val missing = phone.running.owed.firstNotNullOf { (it as? Owed.Opening)?.missing }
        assertEquals(OpeningElement.entries.toSet() - setOf(OpeningElement.Time, OpeningElement.Officers, OpeningElement.NobodyPresent), missing.toSet())
        assertEquals(missing, phone.running.lines.map { it.element })
        assertEquals(Change.AskPlace, phone.telling.heard.last())
        wish(Wish.Spoken)
        assertFalse(phone.running.owed.any { it is Owed.Opening })
        assertEquals(emptyList<OpeningLine>(), phone.running.lines)
    }

    @Test
    fun `what is missing is asked for by its name after a minute, and less often when the officer acts first`() {
        start()
        phone.pass(61.0)
        assertTrue(phone.telling.heard.containsAll(listOf(Change.AskTime, Change.AskPlace, Change.AskNotice)))
        SimulatedPhone().use { other ->
            other.session.onEvent(RecordingEvent.Start(takeUp = null))
            other.pass(1.0)
            other.session.onEvent(RecordingEvent.ActFirst)
            other.pass(120.0)
            assertFalse(Change.AskTime in other.telling.heard)
            other.pass(200.0)
            assertTrue(Change.AskTime in other.telling.heard)
        }
    }

    @Test
    fun `what is known of the scene is in the words, and nobody present takes the notice's place`() {
        phone.known = SceneKnown(Matter.Seizure, PartyKnown.Present, Samples.officers)
        start()
        phone.pass(1.0)
        val words = phone.running.lines.associate { it.element to it.text }
        assertEquals("执法事由是扣押财物。", words[OpeningElement.Matter])
        assertTrue(words.getValue(OpeningElement.Officers).contains("14010026002"))
        assertEquals("我们的位置是……", words[OpeningElement.Place])
        event(RecordingEvent.NobodyPresent)
        assertEquals(OpeningElement.NobodyPresent, phone.running.lines.last().element)
        wish(Wish.Spoken)
        assertFalse(phone.running.owed.any { it is Owed.Opening })
    }

    @Test
    fun `a confidential passage is closed where it was begun, also after the process died`() {
        start()
        phone.pass(2.0)
        event(RecordingEvent.SpanBegins(Secrecy.Privacy))
        val span = phone.running.openSpans.single()
        phone.pass(3.0)
        event(RecordingEvent.SpanEnds(span))
        assertEquals(emptyList<OpenSpan>(), phone.running.openSpans)
        event(RecordingEvent.SpanBegins(Secrecy.BusinessSecret))
        val record = phone.running.record
        phone.killed()
        phone.skip(30)
        event(RecordingEvent.Start(takeUp = record))
        phone.pass(2.0)
        assertEquals(Secrecy.BusinessSecret, phone.running.openSpans.single().secrecy)
    }

    @Test
    fun `a state secret is said to stop the upload`() {
        start()
        phone.pass(2.0)
        event(RecordingEvent.SpanBegins(Secrecy.StateSecret))
        assertEquals(Confirmed.UploadStopped, phone.running.confirmed)
        assertEquals(Change.UploadStopped, phone.telling.heard.last())
        val core = (phone.vault.open() as Answer.Of).value
        val why = core.queue(cn.quanji.core.Network.FREE).rows.map { it.waits.why }
        assertTrue("$why", why.isNotEmpty() && why.all { it == cn.quanji.core.Waits.NOT_ENROLLED })
        event(RecordingEvent.StopOnPurpose)
        phone.pass(11.0)
    }

    @Test
    fun `a reason is asked for in the words of what was measured, and what was heard of it is told`() {
        start()
        phone.pass(4.0)
        phone.picture.isStalled = true
        phone.sound.isStalled = true
        phone.pass(15.0)
        phone.picture.isStalled = false
        phone.sound.isStalled = false
        phone.pass(6.0)
        assertTrue(phone.running.reasonAskedFor != null)
        assertEquals("刚才录制中断，原因是设备编码故障。现在继续录音录像。", phone.running.reason)
        phone.sound.voice = Voices.reading
        phone.pass(12.0)
        wish(Wish.Spoken)
        assertEquals(Confirmed.Reason, phone.running.confirmed)
        assertEquals(Speech.Detected, phone.running.heard)
        assertEquals(null, phone.running.reasonAskedFor)
    }

    @Test
    fun `words that reach people by an interpreter or on the screen are told to be so`() {
        start()
        phone.pass(1.0)
        event(RecordingEvent.WayChanged)
        assertEquals(Told.Interpreted, phone.running.how)
        event(RecordingEvent.WayChanged)
        assertEquals(Told.Shown, phone.running.how)
        wish(Wish.Spoken)
        assertEquals("what is read from the screen is not to be heard", null, phone.running.heard)
        assertEquals(Change.Noted, phone.telling.heard.last())
        event(RecordingEvent.WayChanged)
        assertEquals(Told.Spoken, phone.running.how)
    }

    /** How the pictures of each take are coded, as the signed lines say; empty without picture. */
    private fun codecs(): List<String> {
        val record = phone.running.record
        val core = (phone.vault.open() as Answer.Of).value
        return core.recordPage(record)!!.takes.map { it.codec?.substringBefore('.') ?: "" }
    }

    private fun start() = event(RecordingEvent.Start(takeUp = null))

    private fun end() {
        event(RecordingEvent.StopOnPurpose)
        phone.pass(11.0)
    }

    private fun event(event: RecordingEvent) {
        phone.session.onEvent(event)
        phone.lane.catchUp()
    }

    private fun wish(wish: Wish) {
        phone.session.wish(wish)
        phone.lane.catchUp()
    }

    private fun hold(down: RecordingEvent, up: RecordingEvent) {
        event(down)
        phone.pass(2.2)
        event(up)
    }

    private fun long(key: Key) = press(key, 1.0)

    private fun short(key: Key) = press(key, 0.2)

    private fun press(key: Key, seconds: Double) {
        phone.session.key(key, isDown = true)
        phone.pass(seconds)
        phone.session.key(key, isDown = false)
        phone.pass(0.2)
    }
}
