package cn.quanji.recorder.home

import android.content.res.Resources
import cn.quanji.recorder.R
import cn.quanji.recorder.core.BatteryLasts
import cn.quanji.recorder.core.Lasting
import cn.quanji.recorder.ui.length

/** "空间可录 10 小时 3 分 · 电量 61 %，可录 5 小时 20 分", and what is not known is said to be so. */
internal fun Resources.lasting(lasting: Lasting): String = getString(R.string.left_and).let { and -> space(lasting) + and + battery(lasting.battery) }

private fun Resources.space(lasting: Lasting): String =
    lasting.spaceS?.let { getString(R.string.lasting_space, length(it * 1000)) } ?: getString(R.string.lasting_space_unknown)

private fun Resources.battery(battery: BatteryLasts): String =
    when (battery) {
        is BatteryLasts.For -> getString(R.string.lasting_battery, battery.percent.toString(), length(battery.seconds * 1000))
        BatteryLasts.Charging -> getString(R.string.lasting_charging)
        BatteryLasts.Unknown -> getString(R.string.lasting_battery_unknown)
    }
