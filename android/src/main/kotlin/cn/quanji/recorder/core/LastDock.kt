package cn.quanji.recorder.core

import android.content.SharedPreferences

/** The address of a designated storage that was scanned or used last; empty before there is one. */
interface LastDock {
    var address: String
}

class StoredLastDock(private val stored: SharedPreferences) : LastDock {
    override var address: String
        get() = stored.getString(ADDRESS, null).orEmpty()
        set(address) = stored.edit().putString(ADDRESS, address).apply()

    private companion object {
        const val ADDRESS = "dock"
    }
}
