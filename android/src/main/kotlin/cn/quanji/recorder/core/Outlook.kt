package cn.quanji.recorder.core

/** For how long a recording that begins now would last. Blocks for a moment. */
fun interface Outlook {
    fun now(): Lasting
}

/** Null is not known, and nothing is guessed for it. */
data class Lasting(val spaceS: Long?, val battery: BatteryLasts)

sealed interface BatteryLasts {
    data class For(val seconds: Long, val percent: Int) : BatteryLasts

    data object Charging : BatteryLasts

    data object Unknown : BatteryLasts
}
