package cn.quanji.recorder.telling

/** Tells the officer without a screen. */
interface Telling {
    fun tell(change: Change)
}
