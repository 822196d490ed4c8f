package cn.quanji.recorder.scan

/** The phone's own page about this app, where a permission that was refused is given. */
fun interface AppSettings {
    fun open()
}
