package cn.quanji.recorder.recording

import cn.quanji.recorder.R
import cn.quanji.recorder.core.Obstruction
import cn.quanji.recorder.core.OpeningElement
import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.PhraseOf
import cn.quanji.recorder.core.Secrecy
import cn.quanji.recorder.core.Told

/** What the page asks at one moment, with at most six answers, each one press. */
class Question(
    val words: Int,
    val answers: List<Answer>,
    /** What is to be read aloud; each line that was told is one press. */
    val lines: List<Line> = emptyList(),
    /** What of the opening was said, in the order in which it is usually said. */
    val said: List<OpeningElement> = emptyList(),
    val answersStand: AnswersStand = AnswersStand.AboveLines,
) {
    enum class AnswersStand {
        /** Above what asks for the reading: a press that comes before it, and is found without scrolling whatever the letters. */
        First,
        AboveLines,

        /** Reading is the point, and an answer is besides. */
        BelowLines,
    }

    class Answer(val words: Int, val event: RecordingPageEvent) {
        constructor(words: Int, event: RecordingEvent) : this(words, RecordingPageEvent.Told(event))
    }

    class Line(val text: String, val event: RecordingEvent)

    companion object {
        /** The notice stands for itself and for that nobody is present: the core counts each for the other. */
        private val ORDER = listOf(
            OpeningElement.Time, OpeningElement.Place, OpeningElement.Officers, OpeningElement.Matter, OpeningElement.Party, OpeningElement.Stages,
            OpeningElement.Notice,
        )

        /** They stand on a panel of their own. */
        private val TO_WHOEVER_FILMS = setOf(PhraseOf.Filming, PhraseOf.Secrets)

        /** Null once nothing of it is owed. */
        fun opening(running: RecordingState.Running): Question? {
            if (running.owed.none { it is Owed.Opening }) return null
            return Question(
                R.string.recording_opening,
                listOf(
                    Answer(R.string.recording_spoken, RecordingEvent.Spoken),
                    Answer(R.string.recording_act_first, RecordingEvent.ActFirst),
                ),
                running.lines.map { Line(it.text, RecordingEvent.LineSaid(it.element)) },
                ORDER.filter { it in running.said },
            )
        }

        /** 第十五条 asks for it aloud: what is to be said stands first, and a preset is for whoever cannot speak now. */
        fun reason(running: RecordingState.Running, interruption: Long) =
            Question(
                R.string.recording_reason,
                ReasonPreset.entries.map { Answer(it.words, RecordingEvent.Reason(interruption, it)) },
                listOfNotNull(running.reason?.let { Line(it, RecordingEvent.Spoken) }),
                answersStand = AnswersStand.BelowLines,
            )

        /**
         * The four points of 第十六条, and the second phrase for what is secret or private: a press on either says that it was told. That somebody films
         * is marked first.
         */
        fun filming(running: RecordingState.Running) =
            Question(
                R.string.recording_filming_points,
                if (running.isSomeoneFilming) emptyList() else listOf(Answer(R.string.recording_someone_films, RecordingEvent.SomeoneFilms)),
                running.said(PhraseOf.Filming, RecordingEvent.FilmingTold) + running.said(PhraseOf.Secrets, RecordingEvent.FilmingToldSecrets),
                answersStand = AnswersStand.First,
            )

        private fun RecordingState.Running.said(of: PhraseOf, event: RecordingEvent) = phrases.filter { it.of == of }.map { Line(it.text, event) }

        fun stages(now: Stage?) =
            Question(
                R.string.recording_stage,
                Stage.entries.filter { it != now }.map { Answer(words(it), RecordingEvent.StageChosen(it)) } +
                    Answer(R.string.checklist_title, RecordingPageEvent.ChecklistOpened),
            )

        fun more() =
            Question(
                R.string.recording_more,
                listOf(
                    Answer(R.string.recording_stage, RecordingPageEvent.PanelOpened(Panel.Stages)),
                    Answer(R.string.recording_phrases, RecordingPageEvent.PanelOpened(Panel.Phrases)),
                    Answer(R.string.recording_secrecy, RecordingPageEvent.PanelOpened(Panel.Secrecy)),
                    Answer(R.string.recording_obstruction, RecordingPageEvent.PanelOpened(Panel.Obstruction)),
                    Answer(R.string.recording_scene, RecordingPageEvent.SceneOpened),
                    Answer(R.string.recording_preview, RecordingPageEvent.PreviewAsked),
                ),
            )

        /** What is said besides the opening: a press says that it was. */
        fun phrases(running: RecordingState.Running) =
            Question(
                R.string.recording_phrases_said,
                listOf(Answer(way(running.how), RecordingEvent.WayChanged), Answer(R.string.party_nobody_present, RecordingEvent.NobodyPresent)),
                running.phrases.filter { it.of !in TO_WHOEVER_FILMS }.map { Line(it.text, RecordingEvent.PhraseSaid(it.of)) },
            )

        /** What goes on is ended where it was begun. */
        fun secrecy(running: RecordingState.Running) =
            Question(
                R.string.recording_secrecy_from_now,
                listOf(Secrecy.Privacy, Secrecy.BusinessSecret, Secrecy.Minor, Secrecy.StateSecret).map { secrecy ->
                    val open = running.openSpans.lastOrNull { it.secrecy == secrecy }
                    if (open == null) Answer(words(secrecy), RecordingEvent.SpanBegins(secrecy)) else Answer(endOf(secrecy), RecordingEvent.SpanEnds(open))
                },
            )

        fun obstruction() =
            Question(
                R.string.recording_obstruction,
                listOf(
                    Answer(R.string.obstruction_violence, RecordingEvent.Hindered(Obstruction.Violence)),
                    Answer(R.string.obstruction_threat, RecordingEvent.Hindered(Obstruction.Threat)),
                    Answer(R.string.obstruction_other, RecordingEvent.Hindered(Obstruction.Other)),
                ),
            )

        /** How words are told from now on, as the button that changes it says. */
        private fun way(how: Told): Int =
            when (how) {
                Told.Spoken -> R.string.way_spoken
                Told.Interpreted -> R.string.way_interpreted
                Told.Shown -> R.string.way_shown
            }

        private fun words(secrecy: Secrecy): Int =
            when (secrecy) {
                Secrecy.StateSecret -> R.string.secrecy_state_secret
                Secrecy.BusinessSecret -> R.string.secrecy_business_secret
                Secrecy.Privacy -> R.string.secrecy_privacy
                Secrecy.Minor -> R.string.secrecy_minor
            }

        private fun endOf(secrecy: Secrecy): Int =
            when (secrecy) {
                Secrecy.StateSecret -> R.string.secrecy_state_secret_over
                Secrecy.BusinessSecret -> R.string.secrecy_business_secret_over
                Secrecy.Privacy -> R.string.secrecy_privacy_over
                Secrecy.Minor -> R.string.secrecy_minor_over
            }
    }
}
