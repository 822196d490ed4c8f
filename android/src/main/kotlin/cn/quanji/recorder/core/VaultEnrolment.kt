package cn.quanji.recorder.core

import cn.quanji.core.Agency
import cn.quanji.core.EnrolException
import cn.quanji.core.Invite
import cn.quanji.core.InviteException

/** The phone's place in an agency, kept in the vault. */
class VaultEnrolment(
    private val vault: Vault,
    private val model: String,
    /** What waited for an agency waits no more. */
    private val enrolled: () -> Unit,
) : Enrolment {
    override fun trust(): Trust? = (vault.ask { it.agency() } as? Answer.Of)?.value?.asTrust()

    override fun invitation(written: WrittenInvitation): Invited =
        try {
            val invite = written.asInvite()
            Invited.Valid(Invitation(invite.address(), invite.rootFingerprint(), written))
        } catch (refused: InviteException) {
            Invited.Not(refused.asFault())
        }

    override fun enrol(invitation: Invitation): Enrolled {
        val opened = vault.open()
        if (opened !is Answer.Of) return Enrolled.Not(EnrolmentFault.NotKept)
        return try {
            Enrolled.With(opened.value.enrol(invitation.written.asInvite(), model).asTrust()).also { enrolled() }
        } catch (refused: EnrolException) {
            Enrolled.Not(refused.asFault())
        }
    }
}

private fun WrittenInvitation.asInvite(): Invite =
    when (this) {
        is WrittenInvitation.Text -> Invite.scanned(text.trim())
        is WrittenInvitation.Typed -> Invite.typed(address.trim(), code.trim())
    }

private fun Agency.asTrust() = Trust(name, unit, rootFingerprint, certificateEndsAtMs = validUntilUs.toLong() / 1_000, hardwareFingerprint)

private fun InviteException.asFault(): InvitationFault =
    when (this) {
        is InviteException.Length -> InvitationFault.Length
        is InviteException.Character -> InvitationFault.Character
        is InviteException.Form -> InvitationFault.Form
        is InviteException.Edition -> InvitationFault.Edition
        is InviteException.Address -> InvitationFault.Address
        is InviteException.Root -> InvitationFault.Root
    }

private fun EnrolException.asFault(): EnrolmentFault =
    when (this) {
        is EnrolException.Practice -> EnrolmentFault.Practice
        is EnrolException.Unreachable -> EnrolmentFault.Unreachable
        is EnrolException.NotTheAgency -> EnrolmentFault.NotTheAgency
        is EnrolException.CodeUsed -> EnrolmentFault.CodeUsed
        is EnrolException.CodeExpired -> EnrolmentFault.CodeExpired
        is EnrolException.CodeUnknown -> EnrolmentFault.CodeUnknown
        is EnrolException.CodeSpent -> EnrolmentFault.CodeSpent
        is EnrolException.DeviceKnown -> EnrolmentFault.DeviceKnown
        is EnrolException.DeviceRevoked, is EnrolException.DeviceUnknown -> EnrolmentFault.DeviceRevoked
        is EnrolException.Address -> EnrolmentFault.Address
        is EnrolException.AgencyFailed -> EnrolmentFault.AgencyFailed
        is EnrolException.NotKept -> EnrolmentFault.NotKept
        is EnrolException.ProgramsDiffer, is EnrolException.NotEnrolled, is EnrolException.Bug -> EnrolmentFault.ProgramsDiffer
    }
