package cn.quanji.recorder.about

import android.content.Context
import android.util.AttributeSet
import android.widget.ScrollView
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.core.CoreFault
import cn.quanji.recorder.core.CoreState

/** Draws [AboutState]. It scrolls: at 200 % font the page is longer than a screen. */
class AboutView(context: Context, attributes: AttributeSet) : ScrollView(context, attributes) {
    private val appVersion by lazy { findViewById<TextView>(R.id.app_version) }
    private val core by lazy { findViewById<TextView>(R.id.core) }
    private val untried by lazy { findViewById<TextView>(R.id.untried) }

    fun show(state: AboutState) {
        appVersion.text = context.getString(R.string.about_app_version, state.appVersion)
        core.text = words(state.core)
        untried.visibility = if (state.isCoreUntried) VISIBLE else GONE
    }

    private fun words(core: CoreState): String =
        when (core) {
            CoreState.Loading -> context.getString(R.string.core_loading)
            is CoreState.Loaded -> context.getString(R.string.core_version, core.version)
            is CoreState.Unavailable ->
                context.getString(
                    when (core.fault) {
                        CoreFault.Missing -> R.string.core_missing
                        CoreFault.Damaged -> R.string.core_damaged
                        CoreFault.Disagrees -> R.string.core_disagrees
                    }
                )
        }
}
