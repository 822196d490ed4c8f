package cn.quanji.recorder.scene

import cn.quanji.recorder.Route
import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.core.Crew
import cn.quanji.recorder.core.Joins
import cn.quanji.recorder.core.Matter
import cn.quanji.recorder.core.PartyKnown
import cn.quanji.recorder.core.SceneChosen
import cn.quanji.recorder.testing.FakeRoster
import cn.quanji.recorder.testing.FakeScenes
import cn.quanji.recorder.testing.Samples
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Test

class ScenePresenterTest {
    private val scenes = FakeScenes()
    private val roster = FakeRoster()
    private val begun = ArrayList<String?>()
    private val went = ArrayList<Route>()
    private val presenter = ScenePresenter(scenes, roster, Dispatchers.Unconfined, CoroutineScope(Dispatchers.Unconfined), begun::add, went::add)

    @Test
    fun `matter and party are chosen one by one and neither wipes the other`() {
        presenter.onEvent(SceneEvent.MatterChosen(Matter.Seizure))
        presenter.onEvent(SceneEvent.PartyChosen(PartyKnown.NobodyPresent))
        assertEquals(SceneChosen(Matter.Seizure, PartyKnown.NobodyPresent), scenes.chosen.value)
        assertEquals(scenes.chosen.value, presenter.state.value.chosen)
    }

    @Test
    fun `recording can begin with nothing chosen`() {
        presenter.onEvent(SceneEvent.Start)
        assertEquals(listOf<String?>(null), begun)
    }

    @Test
    fun `another phone's card leads to the camera and what came of it is shown`() {
        presenter.onEvent(SceneEvent.JoinOther)
        assertEquals(listOf<Route>(Route.Scan(CodeWanted.Activity)), went)
        scenes.joins.value = Joins.OnStart
        assertEquals(Joins.OnStart, presenter.state.value.joins)
    }

    @Test
    fun `who is alone holds the phone, and who leaves holds it no more`() {
        val (one, other) = Samples.officers
        presenter.onEvent(SceneEvent.OfficerPressed(one))
        assertEquals(Crew(listOf(one), one), presenter.state.value.crew)
        presenter.onEvent(SceneEvent.OfficerPressed(other))
        presenter.onEvent(SceneEvent.HolderChosen(other))
        assertEquals(Crew(listOf(one, other), other), presenter.state.value.crew)
        presenter.onEvent(SceneEvent.OfficerPressed(other))
        assertEquals(Crew(listOf(one), one), presenter.state.value.crew)
        presenter.onEvent(SceneEvent.OfficersOpened)
        assertEquals(listOf<Route>(Route.Officers), went)
    }

    @Test
    fun `a second phone is shown its code when there is something to join`() {
        scenes.joining = Samples.joining
        presenter.onEvent(SceneEvent.Looked)
        assertEquals(Samples.joining, presenter.state.value.joining)
    }
}
