package cn.quanji.recorder.shiftcheck

/** Pages of the phone's own settings on which something is mended. */
fun interface PhonePages {
    /** Opens it, or where this phone has none, its page of the app. */
    fun open(page: PhonePage)
}

enum class PhonePage { App, Notifications, Battery, BatterySaver, Location, Date, Background }
