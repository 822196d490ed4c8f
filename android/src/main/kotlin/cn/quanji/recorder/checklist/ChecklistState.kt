package cn.quanji.recorder.checklist

import cn.quanji.recorder.core.ChecklistItem
import cn.quanji.recorder.core.ChecklistState as Stands
import cn.quanji.recorder.core.KeyContent
import cn.quanji.recorder.core.Trouble

/** What is to be recorded with emphasis (第十二条), and how each stands. What is open is owed by nobody. */
data class ChecklistState(
    val items: List<ChecklistItem>,
    /** Why the last press was not noted; null where it was. */
    val trouble: Trouble?,
)

sealed interface ChecklistEvent {
    data object Looked : ChecklistEvent

    data class Chosen(val item: KeyContent, val state: Stands) : ChecklistEvent
}
