package cn.quanji.recorder.photo

import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Trouble
import cn.quanji.recorder.testing.FakeFilms
import cn.quanji.recorder.testing.WhenTold
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Test

class PhotoPresenterTest {
    private val films = FakeFilms()
    private val worker = WhenTold()
    private val presenter = PhotoPresenter("ab12", 3, films, worker, CoroutineScope(Dispatchers.Unconfined))

    @Test
    fun `a photo is read once and shown as it was taken`() {
        films.photos[3] = Answer.Of(byteArrayOf(1, 2, 3))
        opened()
        films.photos.clear()
        opened()
        assertArrayEquals(byteArrayOf(1, 2, 3), (presenter.state.value as PhotoState.Shown).jpeg)
    }

    @Test
    fun `a photo that was freed is said to be so`() {
        films.photos[3] = Answer.Not(Trouble.Freed)
        opened()
        assertEquals(PhotoState.NotRead(Trouble.Freed), presenter.state.value)
    }

    @Test
    fun `a large picture is sampled down to what a screen shows`() {
        assertEquals(listOf(1, 1, 2, 4), listOf(1080, 2048, 2049, 8000).map { Still.sample(it, 100) })
    }

    private fun opened() {
        presenter.onEvent(PhotoEvent.Opened)
        worker.run()
    }
}
