package cn.quanji.recorder.photo

import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Films
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch

class PhotoPresenter(
    private val record: String,
    private val number: Int,
    private val films: Films,
    private val worker: CoroutineDispatcher,
    private val scope: CoroutineScope,
) {
    private val states = MutableStateFlow<PhotoState>(PhotoState.Reading)
    val state: StateFlow<PhotoState> = states.asStateFlow()

    fun onEvent(event: PhotoEvent) {
        when (event) {
            // It never changes: it is read once.
            PhotoEvent.Opened -> if (states.value == PhotoState.Reading) scope.launch(worker) { read() }
        }
    }

    private fun read() {
        states.value = when (val photo = films.photo(record, number)) {
            is Answer.Of -> PhotoState.Shown(photo.value)
            is Answer.Not -> PhotoState.NotRead(photo.trouble)
        }
    }
}
