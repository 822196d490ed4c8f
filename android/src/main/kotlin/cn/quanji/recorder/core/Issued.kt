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
    /** The special rules (特别规定) in force today. */
    val rules: List<IssuedRule>,
    /** What is read aloud is this program's own wording: a sample that nobody issued. */
    val arePhrasesShipped: Boolean,
    /** What of the agency's policy is below its floor and not obeyed, each in words. */
    val notObeyed: List<String>,
)

data class IssuedDocument(val kind: IssuedKind, val number: Long, val issuer: String, val issuedAtMs: Long, val isSample: Boolean)

/** What a document in force says; a draft of a statement is shown where it is signed. */
enum class IssuedKind { Calendar, Catalog, Policy, Phrases, SpecialRules }

/** [citation] is `《某规定》第九条`; [matters] are names of the catalog. */
data class IssuedRule(val citation: String, val term: StorageTerm, val fromEpochDay: Long, val toEpochDay: Long?, val matters: List<String>)

/** How long a storage term is. */
sealed interface StorageTerm {
    data class WorkingDays(val days: Int) : StorageTerm

    /** Each day counts, holidays too. */
    data class CalendarDays(val days: Int) : StorageTerm
}
