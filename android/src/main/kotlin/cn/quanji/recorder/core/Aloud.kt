package cn.quanji.recorder.core

/** What is read aloud, as the core composes it of what is known. The screen shows exactly this, and speech is measured against it. */
interface Aloud {
    /** The opening, element by element; all lines are the whole. [stage] is the place of the stage in the regulation's order. */
    fun opening(stage: Int?, isNobodyPresent: Boolean): List<OpeningLine>

    /** Why recording broke off, to be said on resuming. */
    fun reason(cause: Cause): String

    /** What is said besides, each in its own moment. */
    fun phrases(): List<Phrase>
}

/** One element of the opening (第十四条), in words. */
data class OpeningLine(val element: OpeningElement, val text: String)

data class Phrase(val of: PhraseOf, val text: String)

/** What is said besides the opening: two notices, the four points to whoever films, and the lines beside it (同行用语). */
enum class PhraseOf { Latecomers, Secrets, Filming, Certificates, Recusal, StatementAndDefence }

enum class Language { Chinese, English }

/** How words reach those present. */
enum class Told { Spoken, Interpreted, Shown }

/** What was measured of a passage: how much speech, and neither whose nor what. */
enum class Speech { Detected, Short, NotDetected, NotMeasured }
