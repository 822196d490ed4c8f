package cn.quanji.recorder.practice

import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.testing.FakePractised
import cn.quanji.recorder.testing.FakePreferences
import cn.quanji.recorder.testing.WhenTold
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Test

class PracticePresenterTest {
    private val practised = FakePractised()
    private val worker = WhenTold()
    private var nowMs = 1_000L
    private val presenter = PracticePresenter(FakePreferences(), practised, { nowMs }, worker, CoroutineScope(Dispatchers.Unconfined)) {}

    @Test
    fun `a hold of two seconds forgets and a shorter one does nothing`() {
        practised.answers += Answer.Of(Unit)
        hold(1_999)
        assertEquals(Forgetting.NotAsked, forgetting())
        hold(2_000)
        assertEquals(Forgetting.Running, forgetting())
        worker.run()
        assertEquals(Forgetting.Done, forgetting())
    }

    @Test
    fun `a finger that only comes up has held nothing`() {
        presenter.onEvent(PracticeEvent.ForgetUp)
        assertEquals(Forgetting.NotAsked, forgetting())
    }

    @Test
    fun `two holds forget once`() {
        practised.answers += Answer.Of(Unit)
        practised.answers += Answer.Of(Unit)
        presenter.onEvent(PracticeEvent.ForgetOnPurpose)
        presenter.onEvent(PracticeEvent.ForgetOnPurpose)
        worker.run()
        assertEquals(1, practised.answers.size)
    }

    @Test
    fun `what could not be deleted is said`() {
        practised.answers += Answer.Not(Trouble.Busy)
        presenter.onEvent(PracticeEvent.ForgetOnPurpose)
        worker.run()
        assertEquals(Forgetting.NotDone(Trouble.Busy), forgetting())
    }

    private fun hold(ms: Long) {
        presenter.onEvent(PracticeEvent.ForgetDown)
        nowMs += ms
        presenter.onEvent(PracticeEvent.ForgetUp)
    }

    private fun forgetting() = presenter.state.value.forgetting
}
