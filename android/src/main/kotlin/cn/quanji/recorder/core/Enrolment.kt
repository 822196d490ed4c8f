package cn.quanji.recorder.core

/** The phone's place in an agency. Calls block, [enrol] for as long as the network takes. */
interface Enrolment {
    /** Null before the phone is enrolled. */
    fun trust(): Trust?

    /** Reads what was scanned, pasted or typed; sends nothing. */
    fun invitation(written: WrittenInvitation): Invited

    fun enrol(invitation: Invitation): Enrolled
}

/** An invitation as it came to the phone. */
sealed interface WrittenInvitation {
    /** The whole text of a code, scanned or pasted. */
    data class Text(val text: String) : WrittenInvitation {
        /** Never the secret: this may end in a log. */
        override fun toString(): String = "Text"
    }

    /** An address and a code that a person typed; the agency's root key comes with the answer. */
    data class Typed(val address: String, val code: String) : WrittenInvitation {
        override fun toString(): String = "Typed"
    }
}

/** An invitation that is of its form. Its secret stays inside. */
data class Invitation(val address: String, val rootFingerprint: String?, val written: WrittenInvitation) {
    /** Never the secret: this may end in a log. */
    override fun toString(): String = "Invitation"
}

sealed interface Invited {
    data class Valid(val invitation: Invitation) : Invited

    data class Not(val fault: InvitationFault) : Invited
}

/** Why a text is no invitation. */
enum class InvitationFault {
    /** Neither a scanned text nor a code. */
    Form,

    /** Characters are missing, or too many. */
    Length,

    /** A sign that is in no code. */
    Character,

    /** Of a newer edition than this program knows. */
    Edition,

    Address,

    /** The root key does not fit its fingerprint: the code was changed. */
    Root,
}

sealed interface Enrolled {
    data class With(val trust: Trust) : Enrolled

    data class Not(val fault: EnrolmentFault) : Enrolled
}

enum class EnrolmentFault {
    Unreachable,

    /** The other side does not know the secret of the code: not the agency. */
    NotTheAgency,
    CodeUsed,
    CodeExpired,
    CodeUnknown,

    /** Tried wrongly too often. */
    CodeSpent,
    DeviceKnown,
    DeviceRevoked,
    Address,
    AgencyFailed,
    ProgramsDiffer,

    /** The phone is locked, or its keeper of secrets failed. */
    NotKept,

    /** In practice there is no agency. */
    Practice,
}

/** What the phone keeps of its agency. */
data class Trust(
    val agency: String,
    val unit: String,
    val rootFingerprint: String,
    val certificateEndsAtMs: Long,
    /** Of the key in this phone's hardware that the certificate names; null where it names none. */
    val hardwareFingerprint: String?,
)
