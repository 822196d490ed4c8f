package cn.quanji.recorder.enrolment

import android.content.ClipboardManager
import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import android.widget.EditText
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.core.EnrolmentFault
import cn.quanji.recorder.core.Invitation
import cn.quanji.recorder.core.InvitationFault
import cn.quanji.recorder.core.Trust
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.exact
import cn.quanji.recorder.ui.onTyped
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showEach
import cn.quanji.recorder.ui.showIf
import cn.quanji.recorder.ui.showText

/** Draws [EnrolmentState]. */
class EnrolmentView(context: Context, attributes: AttributeSet) : Page<EnrolmentState, EnrolmentEvent>(context, attributes) {
    private val address by lazy { findViewById<EditText>(R.id.address) }
    private val code by lazy { findViewById<EditText>(R.id.code) }

    override fun onFinishInflate() {
        super.onFinishInflate()
        address.onTyped { onEvent(EnrolmentEvent.AddressTyped(it)) }
        code.onTyped { onEvent(EnrolmentEvent.CodeTyped(it)) }
        press(R.id.scan) { EnrolmentEvent.Scan }
        findViewById<View>(R.id.paste).setOnClickListener { paste() }
        press(R.id.again) { EnrolmentEvent.Again }
    }

    override fun show(state: EnrolmentState) {
        when (state) {
            is EnrolmentState.Reading -> show(R.string.enrolment_reading)
            is EnrolmentState.Entering -> {
                address.showText(state.typed.address)
                code.showText(state.typed.code)
                show(R.string.enrolment_enter, entering = true, fault = state.fault?.let(::words), main = R.string.enrolment_read to EnrolmentEvent.Read)
                findViewById<View>(R.id.main).isEnabled = state.typed.isWhole
            }
            is EnrolmentState.Comparing ->
                show(R.string.enrolment_compare, facts = facts(state.invitation), main = R.string.enrolment_enrol to EnrolmentEvent.Enrol, again = true)
            is EnrolmentState.Enrolling -> show(R.string.enrolment_enrolling, facts = facts(state.invitation))
            is EnrolmentState.NotEnrolled ->
                show(R.string.enrolment_not, facts = facts(state.invitation), fault = words(state.fault), main = R.string.enrolment_retry to EnrolmentEvent.Enrol, again = true)
            is EnrolmentState.Enrolled -> show(R.string.enrolment_enrolled, facts = facts(state.trust), main = R.string.last_done to EnrolmentEvent.Done)
        }
    }

    private fun show(
        lead: Int,
        entering: Boolean = false,
        facts: List<Pair<Int, String>> = emptyList(),
        fault: Int? = null,
        main: Pair<Int, EnrolmentEvent>? = null,
        again: Boolean = false,
    ) {
        text(R.id.lead).setText(lead)
        findViewById<View>(R.id.entering).showIf(entering)
        text(R.id.fault).showIf(fault != null)
        if (fault != null) text(R.id.fault).say(resources.getString(fault), Tone.Owed)
        findViewById<ViewGroup>(R.id.facts).showEach(facts, R.layout.fact) { line, (name, value) ->
            line.findViewById<TextView>(R.id.fact_name).setText(name)
            line.findViewById<TextView>(R.id.fact_value).text = value
        }
        findViewById<View>(R.id.again).showIf(again)
        val button = text(R.id.main)
        button.showIf(main != null)
        button.isEnabled = true
        if (main != null) {
            button.setText(main.first)
            button.setOnClickListener { onEvent(main.second) }
        }
    }

    private fun paste() {
        val clip = context.getSystemService(ClipboardManager::class.java).primaryClip ?: return
        if (clip.itemCount > 0) onEvent(EnrolmentEvent.Pasted(clip.getItemAt(0).coerceToText(context).toString()))
    }

    private fun facts(invitation: Invitation): List<Pair<Int, String>> =
        listOfNotNull(R.string.enrolment_address to invitation.address, invitation.rootFingerprint?.let { R.string.enrolment_fingerprint to it })

    private fun facts(trust: Trust): List<Pair<Int, String>> =
        listOf(
            R.string.enrolment_agency to trust.agency,
            R.string.enrolment_unit to trust.unit,
            R.string.enrolment_fingerprint to trust.rootFingerprint,
            R.string.enrolment_hardware to (trust.hardwareFingerprint ?: resources.getString(R.string.enrolment_no_hardware)),
            R.string.enrolment_until to resources.exact(trust.certificateEndsAtMs),
        )

    private fun words(fault: InvitationFault): Int =
        when (fault) {
            InvitationFault.Form -> R.string.invitation_form
            InvitationFault.Length -> R.string.invitation_length
            InvitationFault.Character -> R.string.invitation_character
            InvitationFault.Edition -> R.string.invitation_edition
            InvitationFault.Address -> R.string.invitation_address
            InvitationFault.Root -> R.string.invitation_root
        }

    private fun words(fault: EnrolmentFault): Int =
        when (fault) {
            EnrolmentFault.Unreachable -> R.string.enrolment_fault_unreachable
            EnrolmentFault.NotTheAgency -> R.string.enrolment_fault_not_the_agency
            EnrolmentFault.CodeUsed -> R.string.enrolment_fault_code_used
            EnrolmentFault.CodeExpired -> R.string.enrolment_fault_code_expired
            EnrolmentFault.CodeUnknown -> R.string.enrolment_fault_code_unknown
            EnrolmentFault.CodeSpent -> R.string.enrolment_fault_code_spent
            EnrolmentFault.DeviceKnown -> R.string.enrolment_fault_device_known
            EnrolmentFault.DeviceRevoked -> R.string.enrolment_fault_device_revoked
            EnrolmentFault.Address -> R.string.invitation_address
            EnrolmentFault.NotKept -> R.string.enrolment_fault_not_kept
            EnrolmentFault.Practice -> R.string.enrolment_fault_practice
            EnrolmentFault.AgencyFailed -> R.string.enrolment_fault_agency_failed
            EnrolmentFault.ProgramsDiffer -> R.string.enrolment_fault_programs_differ
        }
}
