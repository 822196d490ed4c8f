package cn.quanji.recorder.keys

import cn.quanji.recorder.core.Key
import cn.quanji.recorder.core.StartedBy
import cn.quanji.recorder.core.Wish

/** What reaches the running record without its page: keys, the notification, tile and shortcut. */
interface Hands {
    fun key(key: Key, isDown: Boolean)

    fun wish(wish: Wish)

    /** Begins a record with nothing asked; one that runs already goes on. */
    fun begin(by: StartedBy)
}
