package cn.quanji.recorder.recording

import cn.quanji.recorder.R
import cn.quanji.recorder.core.OpeningElement
import cn.quanji.recorder.core.Owed

/** What the page asks at one moment, with at most six answers, each one press. */
class Question(
    val words: Int,
    val answers: List<Answer>,
    /** What of the opening was said, in the order in which it is usually said. */
    val elements: List<Pair<OpeningElement, Boolean>> = emptyList(),
) {
    class Answer(val words: Int, val event: RecordingPageEvent) {
        constructor(words: Int, event: RecordingEvent) : this(words, RecordingPageEvent.Told(event))
    }

    companion object {
        private val ORDER = listOf(OpeningElement.Time, OpeningElement.Place, OpeningElement.Officers, OpeningElement.Matter, OpeningElement.Party, OpeningElement.Stages, OpeningElement.Notice)

        /** Null once nothing of it is owed. */
        fun opening(running: RecordingState.Running): Question? {
            if (running.owed.none { it is Owed.Opening }) return null
            return Question(
                R.string.recording_opening,
                listOf(
                    Answer(R.string.recording_spoken, RecordingEvent.Spoken),
                    Answer(R.string.recording_act_first, RecordingEvent.ActFirst),
                ),
                ORDER.map { it to (it in running.said) },
            )
        }

        fun reason(interruption: Long) =
            Question(R.string.recording_reason, ReasonPreset.entries.map { Answer(it.words, RecordingEvent.Reason(interruption, it)) })

        fun filming() =
            Question(
                R.string.recording_filming_points,
                listOf(
                    Answer(R.string.recording_someone_films, RecordingEvent.SomeoneFilms),
                    Answer(R.string.recording_filming_told, RecordingEvent.FilmingTold),
                ),
            )

        fun stages(now: Stage?) =
            Question(R.string.recording_stage, Stage.entries.filter { it != now }.map { Answer(words(it), RecordingEvent.StageChosen(it)) })

        fun more() =
            Question(
                R.string.recording_more,
                listOf(
                    Answer(R.string.recording_stage, RecordingPageEvent.PanelOpened(Panel.Stages)),
                    Answer(R.string.recording_preview, RecordingPageEvent.PreviewAsked),
                    Answer(R.string.recording_scene, RecordingPageEvent.SceneOpened),
                    Answer(R.string.party_nobody_present, RecordingEvent.NobodyPresent),
                    Answer(R.string.recording_minor, RecordingEvent.Minor),
                    Answer(R.string.recording_obstruction, RecordingEvent.Obstruction),
                ),
            )
    }
}
