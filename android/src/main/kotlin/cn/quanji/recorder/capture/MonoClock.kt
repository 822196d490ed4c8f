package cn.quanji.recorder.capture

/** Time since boot, sleep included. An interface with a bare number: a lambda would make an object of each answer, 25 times a second. */
fun interface MonoClock {
    fun nowUs(): Long
}
