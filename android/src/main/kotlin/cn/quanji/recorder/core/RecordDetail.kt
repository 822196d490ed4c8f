package cn.quanji.recorder.core

/** A record, told from its lines. */
data class RecordDetail(
    val summary: RecordSummary,
    /** Of the film, breaks not counted. */
    val filmedMs: Long,
    val owed: List<Owed>,
    /** When a written statement that is owed is late, by the agency's own rule; null where none is owed, or the term has not begun. */
    val statementDueMs: Long?,
    val claim: Claim,
    val timeline: Timeline,
    /** What happened, in order: each line can be corrected by its number. */
    val moments: List<Moment>,
    /** The walk from the trigger to the deadline; empty before there is one. */
    val days: List<CountedDay>,
    val photos: List<RecordPhoto>,
    /** Whether anything was filmed, wherever it lies now. */
    val hasFilm: Boolean,
)

/** A still; [number] is its place among the record's files. */
data class RecordPhoto(val number: Int, val atMs: Long)

/** What may be said of the whole record. */
sealed interface Claim {
    data object NotEnded : Claim

    /** 完整 */
    data object Complete : Claim

    /** Nothing is owed; what was out of the ordinary is named with the claim. */
    data class CompleteWithExceptions(val exceptions: List<Exception>) : Claim

    /** Something is owed, and the claim is not made. */
    data object Withheld : Claim

    /** What was out of the ordinary and is owed by nobody. */
    enum class Exception { Interrupted, StoppedByOfficer, TrackLost, OpeningSpeechInDoubt, OpeningExplained, FilmingNoticeExplained, ExplainedInWriting, DeclaredMistake }
}

/** What happened when, in ms from the record's beginning. */
data class Timeline(val lengthMs: Long, val takes: List<Span>, val gaps: List<Gap>, val chapters: List<Chapter>, val photosMs: List<Long>) {
    data class Span(val fromMs: Long, val toMs: Long)

    data class Gap(val span: Span, val cause: Cause)

    data class Chapter(val atMs: Long, val what: What)

    enum class What { Opening, Initiation, Investigation, Decision, ServiceEnforcement, Filing, Marked, SomeoneFilms, ReasonGiven }
}

/** One line of the journal that a person reads; ms from the record's beginning. */
data class Moment(val line: Long, val atMs: Long, val what: What) {
    sealed interface What {
        /** As the strip has it. */
        data class Chapter(val what: Timeline.What) : What

        data object ActFirst : What

        data class Told(val of: PhraseOf) : What

        /** A line beside the opening that this app has no words for. */
        data class OtherLine(val code: String) : What

        data object FilmingTold : What

        data object PartyNamed : What

        data class Checked(val item: KeyContent, val state: ChecklistState) : What

        /** [toMs] where its end was said. */
        data class Confidential(val secrecy: Secrecy, val toMs: Long?) : What

        data class Hindered(val by: Obstruction) : What

        data class Away(val ground: AwayGround) : What

        data object Returned : What

        data object StatementWritten : What

        /** [line] is the number of what was corrected. */
        data class Corrected(val line: Long) : What

        data object Mistake : What
    }
}

/** One day of the walk to the deadline. */
data class CountedDay(val epochDay: Long, val counts: Counts, val isSettled: Boolean)

/** [Day]: of a term in which each day counts, holidays too. */
enum class Counts { Trigger, Working, MakeUp, Day, Off }

/** What the self-check found. */
sealed interface SelfCheck {
    /** [vouched]: how many lines the phone's hardware vouches for. */
    data class Whole(val lines: Long, val vouched: Long) : SelfCheck

    /** The journal proves itself, and something else does not fit: files, or what the lines say of each other. */
    data class Contradicts(val files: Long, val codes: List<String>) : SelfCheck

    /** The journal proves itself up to that line. */
    data class HoldsTo(val line: Long) : SelfCheck
}
