package cn.quanji.recorder.about

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import cn.quanji.recorder.R
import cn.quanji.recorder.core.CoreFault
import cn.quanji.recorder.core.CoreState
import cn.quanji.recorder.core.Issued
import cn.quanji.recorder.core.IssuedDocument
import cn.quanji.recorder.core.IssuedKind
import cn.quanji.recorder.core.IssuedRule
import cn.quanji.recorder.core.StorageTerm
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.exact
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showEach
import cn.quanji.recorder.ui.showIf
import java.time.LocalDate

/** Draws [AboutState]: which program this is, and what the agency sees of a phone and what never. */
class AboutView(context: Context, attributes: AttributeSet) : Page<AboutState, AboutEvent>(context, attributes) {
    override fun onFinishInflate() {
        super.onFinishInflate()
        press(R.id.licences) { AboutEvent.Licences }
    }

    override fun show(state: AboutState) {
        text(R.id.app_version).text = resources.getString(R.string.about_app_version, state.appVersion)
        text(R.id.core).text = words(state.core)
        text(R.id.untried).showIf(state.isCoreUntried)
        text(R.id.untried).say(resources.getString(R.string.about_untried), Tone.Owed)
        findViewById<View>(R.id.issued).showIf(state.issued != null)
        state.issued?.let(::show)
    }

    private fun show(issued: Issued) {
        findViewById<ViewGroup>(R.id.documents).showEach(issued.documents, R.layout.issued_line) { line, one -> (line as TextView).text = words(one) }
        findViewById<View>(R.id.rules_heading).showIf(issued.rules.isNotEmpty())
        findViewById<ViewGroup>(R.id.rules).showEach(issued.rules, R.layout.issued_line) { line, one -> (line as TextView).text = words(one) }
        text(R.id.no_documents).showIf(issued.documents.isEmpty())
        text(R.id.phrases_shipped).showIf(issued.arePhrasesShipped)
        text(R.id.not_obeyed).showIf(issued.notObeyed.isNotEmpty())
        text(R.id.not_obeyed).say(resources.getString(R.string.about_not_obeyed, issued.notObeyed.joinToString("\n")), Tone.Owed)
    }

    private fun words(document: IssuedDocument): String {
        val kind = when (document.kind) {
            IssuedKind.Calendar -> R.string.about_calendar
            IssuedKind.Catalog -> R.string.about_catalog
            IssuedKind.Policy -> R.string.about_policy
            IssuedKind.Phrases -> R.string.about_phrases
            IssuedKind.SpecialRules -> R.string.about_special_rules
        }
        val said = resources.getString(R.string.about_document, resources.getString(kind), document.number, document.issuer, resources.exact(document.issuedAtMs))
        return if (document.isSample) resources.getString(R.string.about_sample, said) else said
    }

    private fun words(rule: IssuedRule): String {
        val term = when (val term = rule.term) {
            is StorageTerm.WorkingDays -> resources.getString(R.string.about_working_days, term.days.toString())
            is StorageTerm.CalendarDays -> resources.getString(R.string.about_days, term.days.toString())
        }
        val (from, to) = rule.fromEpochDay to rule.toEpochDay
        val inForce = if (to == null) resources.getString(R.string.about_since, date(from)) else resources.getString(R.string.about_since_until, date(from), date(to))
        return resources.getString(R.string.about_rule, rule.citation, term, inForce, rule.matters.joinToString(resources.getString(R.string.owed_and)))
    }

    private fun date(epochDay: Long) = LocalDate.ofEpochDay(epochDay).toString()

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
