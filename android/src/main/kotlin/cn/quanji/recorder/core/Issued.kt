package cn.quanji.recorder.core

/** What the agency has issued, as this phone holds it. */
interface Issuance {
    /** What is in force, for people. */
    fun issued(): Answer<Issued>

    /** What the agency decides of quality. */
    fun quality(): AgencyQuality
}

/** What is in force on this phone. */
data class Issued(
    val documents: List<IssuedDocument>,
    /** What is read aloud is this program's own wording: a sample that nobody issued. */
    val arePhrasesShipped: Boolean,
    /** What of the agency's policy is below its floor and not obeyed, each in words. */
    val notObeyed: List<String>,
)

data class IssuedDocument(val kind: IssuedKind, val number: Long, val issuer: String, val issuedAtMs: Long, val isSample: Boolean)

enum class IssuedKind { Calendar, Catalog, Policy, Phrases, SpecialRules }
