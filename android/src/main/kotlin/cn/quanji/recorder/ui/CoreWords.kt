package cn.quanji.recorder.ui

import android.content.res.Resources
import cn.quanji.recorder.R
import cn.quanji.recorder.core.AgencyLink
import cn.quanji.recorder.core.Cause
import cn.quanji.recorder.core.FreedBy
import cn.quanji.recorder.core.Matter
import cn.quanji.recorder.core.OpeningElement
import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.Safekeeping
import cn.quanji.recorder.core.StoredBy
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.core.Waits
import java.util.Locale

/** The core's codes in words. Each `when` is without `else`: a new code is a sentence that is missing here. */
fun Resources.title(matter: Matter?, beganAtMs: Long?, nowMs: Long): String =
    if (beganAtMs == null) matter(matter) else getString(R.string.record_title, matter(matter), instant(beganAtMs, nowMs))

fun Resources.matter(matter: Matter?): String =
    getString(
        when (matter) {
            null -> R.string.matter_none
            Matter.Sealing -> R.string.matter_sealing
            Matter.Seizure -> R.string.matter_seizure
            Matter.ForcedDemolition -> R.string.matter_forced_demolition
            Matter.PerformanceByOthers -> R.string.matter_performance_by_others
            Matter.RestrictingLiberty -> R.string.matter_restricting_liberty
            Matter.LifeLibertyProperty -> R.string.matter_life_liberty_property
            Matter.ProneToDispute -> R.string.matter_prone_to_dispute
            Matter.GatheringEvidence -> R.string.matter_gathering_evidence
            Matter.Hearing -> R.string.matter_hearing
            Matter.ServiceLeftOrAnnounced -> R.string.matter_service_left_or_announced
            Matter.OtherProneToDispute -> R.string.matter_other_prone_to_dispute
        }
    )

fun Resources.owed(owed: Owed): String =
    when (owed) {
        Owed.Preflight -> getString(R.string.owed_preflight)
        Owed.PlaceDescription -> getString(R.string.owed_place)
        Owed.OfficersDescription -> getString(R.string.owed_officers)
        Owed.SubjectDescription -> getString(R.string.owed_subject)
        is Owed.Opening -> getString(R.string.owed_opening, owed.missing.joinToString(getString(R.string.owed_and)) { element(it) })
        is Owed.InterruptionReason -> getString(R.string.owed_reason)
        is Owed.WrittenStatement -> getString(R.string.owed_statement)
        Owed.FilmingNotice -> getString(R.string.owed_filming)
    }

fun Resources.element(element: OpeningElement): String =
    getString(
        when (element) {
            OpeningElement.Time -> R.string.element_time
            OpeningElement.Place -> R.string.element_place
            OpeningElement.Officers -> R.string.element_officers
            OpeningElement.Matter -> R.string.element_matter
            OpeningElement.Party -> R.string.element_party
            OpeningElement.Stages -> R.string.element_stages
            OpeningElement.Notice -> R.string.element_notice
            OpeningElement.NobodyPresent -> R.string.element_nobody_present
        }
    )

fun Resources.cause(cause: Cause): String =
    getString(
        when (cause) {
            Cause.Start -> R.string.cause_start
            Cause.Officer -> R.string.cause_officer
            Cause.PhoneCall -> R.string.cause_phone_call
            Cause.MicrophoneLost -> R.string.cause_microphone_lost
            Cause.CameraLost -> R.string.cause_camera_lost
            Cause.Encoder -> R.string.cause_encoder
            Cause.DiskFull -> R.string.cause_disk_full
            Cause.DiskStalled -> R.string.cause_disk_stalled
            Cause.Heat -> R.string.cause_heat
            Cause.Battery -> R.string.cause_battery
            Cause.ProcessKilled -> R.string.cause_process_killed
            Cause.Reboot -> R.string.cause_reboot
            Cause.Permission -> R.string.cause_permission
            Cause.FormatChange -> R.string.cause_format_change
            Cause.Stamps -> R.string.cause_stamps
            Cause.Screen -> R.string.cause_screen
            Cause.Unknown -> R.string.cause_unknown
        }
    )

/** "已送达机关" only with a receipt of the agency's own. */
fun Resources.safekeeping(safekeeping: Safekeeping): String =
    when (safekeeping) {
        is Safekeeping.OnPhone -> getString(R.string.keeping_on_phone)
        is Safekeeping.Uploading -> getString(R.string.keeping_uploading, percent(safekeeping.permille))
        is Safekeeping.Delivered -> {
            val words = when (safekeeping.receipt.by) {
                StoredBy.Agency -> R.string.keeping_delivered
                StoredBy.DesignatedStorage -> R.string.keeping_delivered_storage
            }
            getString(words, safekeeping.receipt.number.toString())
        }
    }

/** Rounded down: 100 % is said when all of it is there. */
fun percent(permille: Int): String = (permille / 10).toString()

/** Why it waits, and what frees it. */
fun Resources.waits(waits: Waits): String =
    getString(
        when (waits) {
            Waits.Queued -> R.string.waits_queued
            Waits.Recording -> R.string.waits_recording
            Waits.NotEnrolled -> R.string.waits_not_enrolled
            Waits.NoNetwork -> R.string.waits_no_network
            Waits.NeedsFreeNetwork -> R.string.waits_needs_free_network
            Waits.AgencyUnreachable -> R.string.waits_agency_unreachable
            Waits.AgencyBusy -> R.string.waits_agency_busy
            Waits.AgencyFull -> R.string.waits_agency_full
            Waits.AgencyFailed -> R.string.waits_agency_failed
            Waits.CutOff -> R.string.waits_cut_off
            Waits.DamagedOnTheWay -> R.string.waits_damaged_on_the_way
            Waits.BegunAnew -> R.string.waits_begun_anew
            Waits.ReceiptPending -> R.string.waits_receipt_pending
            Waits.RecordIncomplete -> R.string.waits_record_incomplete
            Waits.ClockOff -> R.string.waits_clock_off
            Waits.AgencyNotAuthentic -> R.string.waits_agency_not_authentic
            Waits.DeviceRevoked -> R.string.waits_device_revoked
            Waits.DeviceUnknown -> R.string.waits_device_unknown
            Waits.AgencyRefusesDevice -> R.string.waits_agency_refuses_device
            Waits.LinesContradict -> R.string.waits_lines_contradict
            Waits.LinesRefused -> R.string.waits_lines_refused
            Waits.PrivateContradicts -> R.string.waits_private_contradicts
            Waits.FileDamaged -> R.string.waits_file_damaged
            Waits.FileLost -> R.string.waits_file_lost
            Waits.FileRefused -> R.string.waits_file_refused
            Waits.ReceiptNotValid -> R.string.waits_receipt_not_valid
            Waits.PurgeFailed -> R.string.waits_purge_failed
            Waits.StateSecret -> R.string.waits_state_secret
            Waits.ProgramsDiffer -> R.string.waits_programs_differ
        }
    )

fun Resources.trouble(trouble: Trouble): String =
    when (trouble) {
        Trouble.DiskFull -> getString(R.string.trouble_disk_full)
        Trouble.Busy -> getString(R.string.trouble_busy)
        Trouble.Locked -> getString(R.string.trouble_locked)
        Trouble.KeysGone -> getString(R.string.trouble_keys_gone)
        is Trouble.JournalDamaged -> getString(R.string.trouble_journal_damaged, trouble.line.toString())
        Trouble.NotNow -> getString(R.string.trouble_not_now)
        Trouble.Freed -> getString(R.string.trouble_freed)
        Trouble.TooLong -> getString(R.string.trouble_too_long)
        Trouble.NotInThisVersion -> getString(R.string.trouble_not_in_this_version)
        is Trouble.Defect -> getString(R.string.trouble_defect, trouble.code)
    }

/** "12.4 MB", in powers of ten as shops and networks count. */
fun bytes(count: Long): String =
    when {
        count >= 1_000_000_000 -> String.format(Locale.ROOT, "%.1f GB", count / 1e9)
        count >= 1_000_000 -> String.format(Locale.ROOT, "%.1f MB", count / 1e6)
        else -> String.format(Locale.ROOT, "%d kB", count / 1_000)
    }

fun Resources.link(link: AgencyLink): String =
    getString(
        when (link) {
            AgencyLink.NotEnrolled -> R.string.link_not_enrolled
            AgencyLink.NoNetwork -> R.string.link_no_network
            AgencyLink.Unreachable -> R.string.link_unreachable
            AgencyLink.Reachable -> R.string.link_reachable
        }
    )

fun linkTone(link: AgencyLink): Tone =
    when (link) {
        AgencyLink.NotEnrolled, AgencyLink.Unreachable -> Tone.Owed
        AgencyLink.NoNetwork -> Tone.Waiting
        AgencyLink.Reachable -> Tone.Safe
    }

fun tone(safekeeping: Safekeeping): Tone =
    when (safekeeping) {
        is Safekeeping.OnPhone, is Safekeeping.Uploading -> Tone.Waiting
        is Safekeeping.Delivered -> Tone.Safe
    }

/** A person is asked only for what neither time nor a network frees. */
fun tone(waits: Waits): Tone =
    when (waits.freedBy) {
        FreedBy.Time, FreedBy.Network -> Tone.Waiting
        FreedBy.Person -> Tone.Owed
    }
