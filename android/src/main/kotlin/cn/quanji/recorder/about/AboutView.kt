package cn.quanji.recorder.about

import android.content.Context
import android.util.AttributeSet
import cn.quanji.recorder.R
import cn.quanji.recorder.core.CoreFault
import cn.quanji.recorder.core.CoreState
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showIf

/** Draws [AboutState]: which program this is, and what the agency sees of a phone and what never. */
class AboutView(context: Context, attributes: AttributeSet) : Page<AboutState, AboutEvent>(context, attributes) {
    override fun show(state: AboutState) {
        text(R.id.app_version).text = resources.getString(R.string.about_app_version, state.appVersion)
        text(R.id.core).text = words(state.core)
        text(R.id.untried).showIf(state.isCoreUntried)
        text(R.id.untried).say(resources.getString(R.string.about_untried), Tone.Owed)
    }

    private fun words(core: CoreState): String =
        when (core) {
            CoreState.Loading -> resources.getString(R.string.core_loading)
            is CoreState.Loaded -> resources.getString(R.string.core_version, core.version)
            is CoreState.Unavailable ->
                resources.getString(
                    when (core.fault) {
                        CoreFault.Missing -> R.string.core_missing
                        CoreFault.Damaged -> R.string.core_damaged
                        CoreFault.Disagrees -> R.string.core_disagrees
                    }
                )
        }
}
