package cn.quanji.recorder.ui

import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup

/**
 * Shows one child for each of [items], made of [layout].
 *
 * Children stay where they are: TalkBack keeps its place, and a press that began is not lost to a redraw.
 */
fun <T> ViewGroup.showEach(items: List<T>, layout: Int, show: (View, T) -> Unit) {
    while (childCount > items.size) removeViewAt(childCount - 1)
    while (childCount < items.size) addView(LayoutInflater.from(context).inflate(layout, this, false))
    items.forEachIndexed { index, item -> show(getChildAt(index), item) }
}

fun View.showIf(isShown: Boolean) {
    visibility = if (isShown) View.VISIBLE else View.GONE
}
