package cn.quanji.recorder.capture

/** Keeps the process alive and awake while a record runs. */
interface Presence {
    fun hold()

    fun release()
}
