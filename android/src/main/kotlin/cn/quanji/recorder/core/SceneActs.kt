package cn.quanji.recorder.core

/** What a passage must not be shown for (第十八条). */
enum class Secrecy { StateSecret, BusinessSecret, Privacy, Minor }

/** What hinders enforcement (第二十三条); filming and arguing do not. */
enum class Obstruction { Violence, Threat, Other }

/** A confidential span that goes on; [fromUs] by the phone's clock since it was started. */
data class OpenSpan(val secrecy: Secrecy, val fromUs: Long)

/** What is to be recorded with emphasis (第十二条). */
enum class KeyContent { Times, Surroundings, Persons, Objects, Measures, Documents, Other }

enum class ChecklistState { Recorded, NotApplicable, Open }

data class ChecklistItem(val item: KeyContent, val state: ChecklistState)

/** What stands in a record, for whoever goes on with it. */
data class Standing(
    val openSpans: List<OpenSpan>,
    /** Why recording broke off last, as measured; null where it never did. */
    val brokeBy: Cause?,
    val checklist: List<ChecklistItem>,
)

/** Why a record could not be handed over in time (第十七条). */
enum class AwayGround { Continuous, Elsewhere, Remote, PoorTransport }
