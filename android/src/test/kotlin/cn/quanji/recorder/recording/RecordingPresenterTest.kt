package cn.quanji.recorder.recording

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.OpenSpan
import cn.quanji.recorder.core.OpeningElement
import cn.quanji.recorder.core.Secrecy
import cn.quanji.recorder.testing.FakeSession
import cn.quanji.recorder.testing.FakeViewfinder
import cn.quanji.recorder.testing.Samples
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

class RecordingPresenterTest {
    private val session = FakeSession(Samples.unlocked)
    private val went = ArrayList<Route>()
    private val viewfinder = FakeViewfinder()
    private val ofPage = CoroutineScope(Dispatchers.Unconfined)
    private val presenter = RecordingPresenter(session, viewfinder, isPractice = false, ofPage, went::add)

    @Test
    fun `the page shows what the session says at each moment`() {
        session.state.value = Samples.silenced
        assertEquals(RecordingPageState(Samples.silenced, Panel.None, isPractice = false, Preview.Off), presenter.state.value)
    }

    @Test
    fun `what is pressed is told to the session and closes the panel`() {
        presenter.onEvent(RecordingPageEvent.PanelOpened(Panel.More))
        presenter.onEvent(RecordingPageEvent.Told(RecordingEvent.Mark))
        assertEquals(listOf<RecordingEvent>(RecordingEvent.Mark), session.events)
        assertEquals(Panel.None, presenter.state.value.panel)
    }

    @Test
    fun `a screen that locks shows what is asked and no panel`() {
        presenter.onEvent(RecordingPageEvent.PanelOpened(Panel.Filming))
        session.state.value = Samples.running
        assertEquals(Panel.None, presenter.state.value.panel)
    }

    @Test
    fun `what the camera sees is shown when it is asked for and gone with the lock`() {
        assertNull(viewfinder.seen)
        presenter.onEvent(RecordingPageEvent.PreviewAsked)
        viewfinder.seen!!(Samples.glimpse)
        assertEquals(Samples.glimpse, (presenter.state.value.preview as Preview.On).glimpse)
        session.state.value = Samples.running
        assertNull(viewfinder.seen)
        assertEquals(Preview.Off, presenter.state.value.preview)
    }

    @Test
    fun `a second press and a page that goes away both cease to watch`() {
        repeat(2) { presenter.onEvent(RecordingPageEvent.PreviewAsked) }
        assertNull(viewfinder.seen)
        presenter.onEvent(RecordingPageEvent.PreviewAsked)
        ofPage.cancel()
        assertNull(viewfinder.seen)
        assertEquals("nothing of it reaches the session", emptyList<RecordingEvent>(), session.events)
    }

    @Test
    fun `the end leads to the last page of that record`() {
        session.state.value = RecordingState.Ended("ab12")
        assertEquals(listOf<Route>(Route.LastPage("ab12")), went)
    }

    @Test
    fun `once the opening is said it is not asked for again`() {
        assertNull(Question.opening(Samples.unlocked.copy(owed = emptyList())))
    }

    @Test
    fun `every question is answered by one press of at most six`() {
        val now = Samples.unlocked
        val questions = listOf(
            Question.opening(now)!!, Question.reason(now, 17), Question.filming(now), Question.stages(null), Question.stages(Stage.Decision), Question.more(),
            Question.phrases(now), Question.secrecy(now), Question.obstruction(),
        )
        for (question in questions) assertEquals(question.answers.size, question.answers.map { it.words }.toSet().size.coerceAtMost(6))
        assertEquals(5, Question.reason(now, 17).answers.size)
    }

    @Test
    fun `whoever films is read the four points and the second phrase, and a press on either says that it was told`() {
        val filming = Question.filming(Samples.unlocked.copy(isSomeoneFilming = true))
        assertEquals(listOf<RecordingEvent>(RecordingEvent.FilmingTold, RecordingEvent.FilmingToldSecrets), filming.lines.map { it.event })
        assertEquals("that someone films is said already", 0, filming.answers.size)
        val nobodyYet = Question.filming(Samples.unlocked)
        assertEquals(listOf(RecordingEvent.SomeoneFilms), nobodyYet.answers.map { (it.event as RecordingPageEvent.Told).event })
        assertEquals("nor twice among the other phrases", 2, Question.phrases(Samples.unlocked).lines.size)
    }

    @Test
    fun `a line that is ticked is told to the session, and the way of telling leaves the panel open`() {
        val line = Question.opening(Samples.unlocked)!!.lines.first()
        assertEquals(RecordingEvent.LineSaid(OpeningElement.Matter), line.event)
        presenter.onEvent(RecordingPageEvent.PanelOpened(Panel.Phrases))
        presenter.onEvent(RecordingPageEvent.Told(RecordingEvent.WayChanged))
        assertEquals(Panel.Phrases, presenter.state.value.panel)
    }

    @Test
    fun `a passage that goes on is ended where it was begun`() {
        val span = OpenSpan(Secrecy.Privacy, fromUs = 7)
        val events = Question.secrecy(Samples.unlocked.copy(openSpans = listOf(span))).answers.map { (it.event as RecordingPageEvent.Told).event }
        assertEquals(RecordingEvent.SpanEnds(span), events[0])
        assertEquals(RecordingEvent.SpanBegins(Secrecy.BusinessSecret), events[1])
    }

    @Test
    fun `the checklist of the running record is two presses from more`() {
        presenter.onEvent(RecordingPageEvent.PanelOpened(Panel.Stages))
        presenter.onEvent(Question.stages(Stage.Investigation).answers.last().event)
        assertEquals(listOf<Route>(Route.Checklist(Samples.unlocked.record)), went)
    }
}
