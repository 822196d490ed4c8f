package cn.quanji.recorder.keys

import android.view.KeyEvent

/** Brings a key of the page that is in front to the record. Whether it was one of ours. */
fun KeyEvent.toHands(hands: Hands): Boolean {
    val key = keyOf(keyCode) ?: return false
    hands.key(key, action == KeyEvent.ACTION_DOWN)
    return true
}
