package cn.quanji.recorder.testing

import cn.quanji.recorder.capture.Glimpse
import cn.quanji.recorder.core.ActivityTerm
import cn.quanji.recorder.core.BatteryLasts
import cn.quanji.recorder.core.Beside
import cn.quanji.recorder.core.BroughtReceipts
import cn.quanji.recorder.core.Came
import cn.quanji.recorder.core.Cause
import cn.quanji.recorder.core.CheckNote
import cn.quanji.recorder.core.CheckThresholds
import cn.quanji.recorder.core.ChecklistItem
import cn.quanji.recorder.core.ChecklistState
import cn.quanji.recorder.core.Claim
import cn.quanji.recorder.core.Countdown
import cn.quanji.recorder.core.CountedDay
import cn.quanji.recorder.core.Counts
import cn.quanji.recorder.core.Deadline
import cn.quanji.recorder.core.Delivers
import cn.quanji.recorder.core.Draft
import cn.quanji.recorder.core.Film
import cn.quanji.recorder.core.FilmPicture
import cn.quanji.recorder.core.FilmSegment
import cn.quanji.recorder.core.FilmTake
import cn.quanji.recorder.core.HomeRecords
import cn.quanji.recorder.core.InQueue
import cn.quanji.recorder.core.Issued
import cn.quanji.recorder.core.IssuedDocument
import cn.quanji.recorder.core.IssuedKind
import cn.quanji.recorder.core.IssuedRule
import cn.quanji.recorder.core.InterruptedRecord
import cn.quanji.recorder.core.Invitation
import cn.quanji.recorder.core.Joining
import cn.quanji.recorder.core.KeyContent
import cn.quanji.recorder.core.Lasting
import cn.quanji.recorder.core.Located
import cn.quanji.recorder.core.Matter
import cn.quanji.recorder.core.Moment
import cn.quanji.recorder.core.Obstruction
import cn.quanji.recorder.core.Officer
import cn.quanji.recorder.core.OnTime
import cn.quanji.recorder.core.OpeningElement
import cn.quanji.recorder.core.OpeningLine
import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.Phrase
import cn.quanji.recorder.core.PhraseOf
import cn.quanji.recorder.core.QrCode
import cn.quanji.recorder.core.Receipt
import cn.quanji.recorder.core.RecordDetail
import cn.quanji.recorder.core.RecordPhoto
import cn.quanji.recorder.core.RecordSummary
import cn.quanji.recorder.core.Safekeeping
import cn.quanji.recorder.core.Secrecy
import cn.quanji.recorder.core.ShiftCheck
import cn.quanji.recorder.core.Standing
import cn.quanji.recorder.core.StorageTerm
import cn.quanji.recorder.core.StoredBy
import cn.quanji.recorder.core.Timeline
import cn.quanji.recorder.core.Told
import cn.quanji.recorder.core.Totals
import cn.quanji.recorder.core.Trust
import cn.quanji.recorder.core.Waits
import cn.quanji.recorder.core.Warmth
import cn.quanji.recorder.core.WrittenInvitation
import cn.quanji.recorder.recording.Arriving
import cn.quanji.recorder.recording.Left
import cn.quanji.recorder.recording.Limit
import cn.quanji.recorder.recording.Quality
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.recording.Stage
import cn.quanji.recorder.recording.Touch
import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import java.time.LocalDate
import java.time.LocalDateTime
import java.time.ZoneOffset
import javax.imageio.ImageIO

/** A working day of an officer, on a Monday evening; nobody in it exists. */
object Samples {
    val nowMs = at("2026-11-23T18:00")

    private val tuesday = Deadline(at("2026-11-25T00:00"), isProvisional = false)
    private val friday = Deadline(at("2026-11-28T00:00"), isProvisional = true)

    val sealing = RecordSummary(
        record = "0f2f88872c4315ffbb6e29ec761f727e",
        matter = Matter.Sealing,
        beganAtMs = at("2026-11-20T09:12"),
        countdown = Countdown.Running(tuesday),
        beside = Beside.Nothing,
        safekeeping = Safekeeping.Uploading(permille = 824, waits = Waits.NeedsFreeNetwork),
        owedCount = 0,
    )
    val inquiry = RecordSummary(
        record = "1a2f88872c4315ffbb6e29ec761f727e",
        matter = Matter.GatheringEvidence,
        beganAtMs = at("2026-11-23T14:05"),
        countdown = Countdown.Running(friday),
        beside = Beside.Nothing,
        safekeeping = Safekeeping.OnPhone(Waits.Queued),
        owedCount = 1,
    )
    val served = RecordSummary(
        record = "2b2f88872c4315ffbb6e29ec761f727e",
        matter = Matter.ServiceLeftOrAnnounced,
        beganAtMs = at("2026-11-18T10:40"),
        countdown = Countdown.Running(Deadline(at("2026-11-21T00:00"), isProvisional = false)),
        beside = Beside.Nothing,
        safekeeping = Safekeeping.Delivered(Receipt(number = 112, storedAtMs = at("2026-11-18T20:11"), onTime = OnTime.Yes, by = StoredBy.Agency)),
        owedCount = 0,
    )

    val home = HomeRecords(listOf(sealing, inquiry, served), interrupted = emptyList(), running = null, totals = Totals(waiting = 2, owed = 1, delivered = 41), drafts = emptyList())

    /** Two records of one activity, the first by a special rule, the other under the agency's own days. */
    val ofActivity = home.copy(
        records = listOf(
            sealing.copy(beside = Beside("《示例规定（并不存在）》第九条", ownStorageAtMs = null, ownFilingAtMs = at("2026-11-26T00:00"), ActivityTerm(2, at("2026-11-25T00:00")))),
            inquiry.copy(beside = Beside(specialRule = null, at("2026-11-26T00:00"), at("2026-11-21T00:00"), ActivityTerm(2, at("2026-11-25T00:00")))),
        ),
    )
    val nothing = HomeRecords(emptyList(), emptyList(), running = null, totals = Totals(0, 0, 0), drafts = emptyList())
    val draft = Draft(
        "d1".repeat(32),
        record = inquiry.record,
        interruption = 17,
        text = "情况说明\n事项：扣押物品\n地点：东街十八号\n2026-11-23 14:19:02（设备时钟）录制中止，设备测得的原因：电量耗尽；此后未恢复录制。\n录制前检查曾提示：电量不足。\n客观原因：（请填写）\n未能记录期间的执法经过：（请填写）\n说明人：（请填写）",
    )
    val draftAlone = Draft("d2".repeat(32), record = null, interruption = null, text = "情况说明\n当日暴雨，未作音像记录。\n说明人：王某")
    val drafted = home.copy(drafts = listOf(draft, draftAlone))
    val cutOff = home.copy(
        records = listOf(sealing),
        interrupted = listOf(InterruptedRecord("3c2f88872c4315ffbb6e29ec761f727e", at("2026-11-23T17:31"))),
    )

    private val timeline = Timeline(
        lengthMs = minutes(38) + 12_000,
        takes = listOf(Timeline.Span(0, minutes(14)), Timeline.Span(minutes(16), minutes(38) + 12_000)),
        gaps = listOf(Timeline.Gap(Timeline.Span(minutes(14), minutes(16)), Cause.PhoneCall)),
        chapters = listOf(
            Timeline.Chapter(40_000, Timeline.What.Opening),
            Timeline.Chapter(minutes(5), Timeline.What.Investigation),
            Timeline.Chapter(minutes(16) + 9_000, Timeline.What.ReasonGiven),
            Timeline.Chapter(minutes(29), Timeline.What.ServiceEnforcement),
        ),
        photosMs = listOf(minutes(7), minutes(8), minutes(31)),
    )
    private val days = listOf(
        CountedDay(LocalDate.of(2026, 11, 20).toEpochDay(), Counts.Trigger, isSettled = true),
        CountedDay(LocalDate.of(2026, 11, 21).toEpochDay(), Counts.Off, isSettled = true),
        CountedDay(LocalDate.of(2026, 11, 22).toEpochDay(), Counts.Off, isSettled = true),
        CountedDay(LocalDate.of(2026, 11, 23).toEpochDay(), Counts.Working, isSettled = true),
        CountedDay(LocalDate.of(2026, 11, 24).toEpochDay(), Counts.Working, isSettled = true),
    )
    private val daysOfServed = listOf(
        CountedDay(LocalDate.of(2026, 11, 18).toEpochDay(), Counts.Trigger, isSettled = true),
        CountedDay(LocalDate.of(2026, 11, 19).toEpochDay(), Counts.Working, isSettled = true),
        CountedDay(LocalDate.of(2026, 11, 20).toEpochDay(), Counts.Working, isSettled = true),
    )

    private val moments = listOf(
        Moment(line = 9, 40_000, Moment.What.Chapter(Timeline.What.Opening)),
        Moment(line = 31, minutes(3), Moment.What.Told(PhraseOf.Certificates)),
        Moment(line = 52, minutes(5), Moment.What.Chapter(Timeline.What.Investigation)),
        Moment(line = 80, minutes(9), Moment.What.Confidential(Secrecy.Privacy, toMs = minutes(11))),
        Moment(line = 201, minutes(16) + 9_000, Moment.What.Chapter(Timeline.What.ReasonGiven)),
        Moment(line = 260, minutes(21), Moment.What.Checked(KeyContent.Objects, ChecklistState.Recorded)),
        Moment(line = 300, minutes(29), Moment.What.Chapter(Timeline.What.ServiceEnforcement)),
        Moment(line = 340, minutes(33), Moment.What.Hindered(Obstruction.Threat)),
    )
    private val photos = listOf(RecordPhoto(0, minutes(7)), RecordPhoto(1, minutes(8)), RecordPhoto(3, minutes(31)))

    val whole = RecordDetail(sealing, minutes(36) + 12_000, owed = emptyList(), statementDueMs = null, Claim.CompleteWithExceptions(listOf(Claim.Exception.Interrupted)), timeline, moments, days, photos, hasFilm = true)
    val byRule = whole.copy(
        summary = sealing.copy(beside = Beside("《示例规定（并不存在）》第九条", ownStorageAtMs = null, ownFilingAtMs = at("2026-11-26T00:00"), activity = null)),
        days = listOf(days.first()) + (21..24).map { CountedDay(LocalDate.of(2026, 11, it).toEpochDay(), Counts.Day, isSettled = true) },
    )
    val complete = whole.copy(filmedMs = timeline.lengthMs, claim = Claim.Complete, timeline = timeline.copy(takes = listOf(Timeline.Span(0, timeline.lengthMs)), gaps = emptyList()))
    val owing = RecordDetail(
        inquiry.copy(owedCount = 3),
        minutes(36) + 12_000,
        listOf(Owed.PlaceDescription, Owed.Opening(listOf(OpeningElement.Officers, OpeningElement.Stages)), Owed.WrittenStatement(17)),
        at("2026-11-28T00:00"),
        Claim.Withheld, timeline, moments, days = emptyList(), photos, hasFilm = true,
    )
    val delivered = whole.copy(summary = served, claim = Claim.Complete, timeline = complete.timeline, days = daysOfServed)

    val atStorage = delivered.copy(summary = served.copy(safekeeping = Safekeeping.Delivered(Receipt(number = 9, storedAtMs = at("2026-11-18T20:11"), onTime = OnTime.Yes, by = StoredBy.DesignatedStorage))))

    val film = Film(
        beganAtMs = sealing.beganAtMs,
        lengthMs = timeline.lengthMs,
        takes = listOf(take(0, 0, segments = 105), take(1, minutes(16), segments = 166)),
        chapters = timeline.chapters,
        receipt = null,
    )
    val freedFilm = film.copy(takes = film.takes.map { take -> take.copy(segments = take.segments.map { it.copy(isHere = false) }) }, receipt = Receipt(number = 112, storedAtMs = at("2026-11-18T20:11"), onTime = OnTime.Yes, by = StoredBy.Agency))
    val lasting = Lasting(spaceS = 36_180, BatteryLasts.For(seconds = 19_200, percent = 61))

    val checkedWell = ShiftCheck(
        atMs = at("2026-11-23T17:52"),
        batteryPercent = 83,
        isCharging = false,
        secondsLeft = 36_180,
        camera = Delivers.Delivering,
        microphone = Delivers.Delivering,
        clockOffsetMs = 300,
        heardAgoMs = minutes(12),
        located = null,
        warmth = Warmth.Normal,
        savesBattery = false,
        notes = emptyList(),
        thresholds = CheckThresholds(30, isBatteryAgencys = true, 7_200, isSpaceAgencys = false, 2_000, isClockAgencys = false),
    )
    val checked = checkedWell.copy(
        batteryPercent = 26,
        microphone = Delivers.Failed,
        clockOffsetMs = -4_200,
        located = Located.Denied,
        notes = listOf(CheckNote.BatteryLow, CheckNote.MicrophoneNotDelivering, CheckNote.ClockOff, CheckNote.LocationDenied, CheckNote.NotificationsDenied, CheckNote.BackgroundRestricted),
    )

    /** A ramp with a bright corner: which way it is turned is seen. */
    val glimpse = Glimpse(ByteArray(320 * 240) { (if (it % 320 < 60 && it / 320 < 60) 250 else it % 320 / 2).toByte() }, width = 320, height = 240, turns = 1)

    /** A grey picture with a bright corner. */
    val jpeg: ByteArray by lazy {
        val picture = BufferedImage(320, 180, BufferedImage.TYPE_INT_RGB)
        for (y in 0 until 180) for (x in 0 until 320) picture.setRGB(x, y, if (x < 80 && y < 45) 0xE0E0E0 else 0x506070)
        ByteArrayOutputStream().also { ImageIO.write(picture, "jpg", it) }.toByteArray()
    }

    val queue = listOf(
        InQueue(sealing.record, sealing.beganAtMs, sentBytes = 824_000_000, totalBytes = 1_000_000_000, Waits.NeedsFreeNetwork, sealing.countdown),
        InQueue(inquiry.record, inquiry.beganAtMs, sentBytes = 0, totalBytes = 310_400_000, Waits.FileDamaged, inquiry.countdown),
    )
    val running = RecordingState.Running(
        notes = emptyList(),
        record = sealing.record,
        elapsedMs = 12 * 60_000L + 41_000,
        arriving = Arriving.Both,
        loss = null,
        quality = Quality.FullHd,
        limit = Limit.Policy,
        stage = Stage.Investigation,
        owed = listOf(Owed.PlaceDescription, Owed.Opening(listOf(OpeningElement.Matter, OpeningElement.Party, OpeningElement.Stages, OpeningElement.Notice))),
        said = setOf(OpeningElement.Time, OpeningElement.Place, OpeningElement.Officers),
        lines = lines(isEnglish = false),
        how = Told.Spoken,
        phrases = phrases(isEnglish = false),
        reasonAskedFor = null,
        reason = null,
        isSomeoneFilming = false,
        openSpans = emptyList(),
        confirmed = null,
        heard = null,
        touch = Touch.Locked,
        left = Left(spaceMs = minutes(320), batteryMs = minutes(410), batteryPercent = 61),
    )
    val unlocked = running.copy(touch = Touch.Unlocked)
    val silenced = unlocked.copy(arriving = Arriving.PictureOnly, loss = Cause.PhoneCall)
    val soundOnly = unlocked.copy(arriving = Arriving.SoundOnly, quality = Quality.SoundOnly, limit = Limit.Heat)
    val brokenOff = unlocked.copy(arriving = Arriving.Nothing, loss = Cause.CameraLost)
    val resumed = unlocked.copy(reasonAskedFor = 17, reason = "刚才录制中断，原因是有来电。现在继续录音录像。", owed = running.owed + Owed.InterruptionReason(17))
    val stopping = running.copy(touch = Touch.Stopping(seconds = 8))

    val trust = Trust("某县市场监督管理局", "执法一中队", "d1c1 bcbc 1fcd a760", at("2027-11-20T00:00"), "5c0b 77aa 90f1 2e4d")
    val invitation = Invitation("https://agency.example", "d1c1 bcbc 1fcd a760", WrittenInvitation.Text("quanji:enrol?"))

    /** Looks like a code, and is none: nothing reads it. */
    val joining = Joining("quanji:join?v=1&a=7c2f88872c4315ff&r=0f2f88872c4315ff&o=d1c1bcbc1fcda760", QrCode(25, BooleanArray(25 * 25) { (it * 7919 + it / 25 * 104_729) % 5 < 2 }))

    val officers = listOf(Officer("甲某", "14010026001"), Officer("乙某", "14010026002"))
    val standing = Standing(
        openSpans = emptyList(),
        brokeBy = null,
        checklist = KeyContent.entries.map { ChecklistItem(it, if (it == KeyContent.Times) ChecklistState.Recorded else ChecklistState.Open) },
    )

    /** What is still to be said of the opening of [running]. */
    fun lines(isEnglish: Boolean) =
        listOf(
            OpeningLine(OpeningElement.Matter, if (isEnglish) "The matter is the sealing of premises, facilities or property." else "执法事由是查封场所、设施或者财物。"),
            OpeningLine(OpeningElement.Party, if (isEnglish) "The party is……" else "执法对象是……"),
            OpeningLine(OpeningElement.Stages, if (isEnglish) "What is recorded is investigation and evidence." else "需要记录的环节是调查取证。"),
            OpeningLine(OpeningElement.Notice, if (isEnglish) "All of this is recorded in sound and picture. Please be aware of it." else "本次执法全程录音录像，请您知悉并配合。"),
        )

    fun phrases(isEnglish: Boolean) =
        listOf(
            Phrase(PhraseOf.Latecomers, if (isEnglish) "To those who have just come: this is being recorded in sound and picture." else "提醒刚到的各位：现场正在录音录像，请知悉。"),
            Phrase(
                PhraseOf.Filming,
                if (isEnglish) {
                    "You may film. Please keep the rules, do not hinder us, be truthful and do not edit at will; state secrets, business secrets and what is private to others excepted."
                } else {
                    "您可以拍摄。请遵守规定，不要妨碍执法，如实反映情况，不要随意剪辑；国家秘密、商业秘密和他人隐私除外。"
                },
            ),
            Phrase(
                PhraseOf.Secrets,
                if (isEnglish) "You may film. Please do not film state secrets, business secrets or what is private to others." else "您可以拍摄，但请不要拍摄国家秘密、商业秘密和他人隐私。",
            ),
            Phrase(PhraseOf.Certificates, if (isEnglish) "These are our certificates. Please have a look." else "这是我们的执法证件，请您查看。"),
        )

    val issued = Issued(
        documents = listOf(
            IssuedDocument(IssuedKind.Calendar, 1, "某县市场监督管理局", at("2026-11-10T09:00"), isSample = false),
            IssuedDocument(IssuedKind.Catalog, 2, "某县市场监督管理局", at("2026-11-12T09:00"), isSample = true),
            IssuedDocument(IssuedKind.Policy, 1, "某县市场监督管理局", at("2026-11-12T10:00"), isSample = false),
            IssuedDocument(IssuedKind.SpecialRules, 1, "某县市场监督管理局", at("2026-11-16T09:00"), isSample = false),
        ),
        rules = listOf(
            IssuedRule("《示例规定（并不存在）》第九条", StorageTerm.WorkingDays(1), LocalDate.of(2026, 1, 1).toEpochDay(), toEpochDay = null, listOf("查封场所、设施或者财物", "扣押财物")),
            IssuedRule("《另一示例规定》第三条第二款", StorageTerm.CalendarDays(5), LocalDate.of(2026, 3, 1).toEpochDay(), LocalDate.of(2027, 2, 28).toEpochDay(), listOf("听证")),
        ),
        arePhrasesShipped = true,
        notObeyed = listOf("存储期限（工作日）：为 5 个工作日；第十七条规定为两个工作日，机关可以自定为一个，不得延长"),
    )

    val brought = listOf(
        BroughtReceipts(sealing.record, sealing.beganAtMs, Came.Taken(freedBytes = 982_000_000)),
        BroughtReceipts(inquiry.record, inquiry.beganAtMs, Came.NotValid),
        BroughtReceipts("7d2f88872c4315ffbb6e29ec761f727e", beganAtMs = null, Came.NotHere),
    )

    private fun take(number: Int, fromMs: Long, segments: Int) =
        FilmTake(number, fromMs, initBytes = 900, FilmPicture(1080, 1920), (1..segments).map { FilmSegment(it, sizeBytes = 4_000_000, durationMs = 8_000, isHere = true) })

    private fun minutes(count: Long) = count * 60_000

    private fun at(shanghai: String) = LocalDateTime.parse(shanghai).toInstant(ZoneOffset.ofHours(8)).toEpochMilli()
}
