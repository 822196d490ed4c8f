package cn.quanji.recorder.scene

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import android.widget.CheckBox
import android.widget.RadioButton
import cn.quanji.recorder.R
import cn.quanji.recorder.core.Joins
import cn.quanji.recorder.core.Matter
import cn.quanji.recorder.core.PartyKnown
import cn.quanji.recorder.ui.Page
import cn.quanji.recorder.ui.QrView
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.matter
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showEach
import cn.quanji.recorder.ui.showIf

/** Draws [SceneState]. */
class SceneView(context: Context, attributes: AttributeSet) : Page<SceneState, SceneEvent>(context, attributes) {
    override fun onFinishInflate() {
        super.onFinishInflate()
        press(R.id.start) { SceneEvent.Start }
        press(R.id.join_other) { SceneEvent.JoinOther }
        press(R.id.officers_add) { SceneEvent.OfficersOpened }
    }

    override fun show(state: SceneState) {
        findViewById<ViewGroup>(R.id.parties).showEach(PartyKnown.entries, R.layout.option) { option, party ->
            choice(option, resources.getString(words(party)), party == state.chosen.party) { SceneEvent.PartyChosen(party) }
        }
        findViewById<ViewGroup>(R.id.matters).showEach(Matter.entries, R.layout.option) { option, matter ->
            choice(option, resources.matter(matter), matter == state.chosen.matter) { SceneEvent.MatterChosen(matter) }
        }
        crew(state)
        val joining = state.joining
        findViewById<View>(R.id.join_now).showIf(joining != null)
        if (joining != null) {
            findViewById<QrView>(R.id.qr).show(joining.qr, resources.getString(R.string.scene_qr))
            text(R.id.code).text = joining.code
        }
        // The camera of a running record is its own: another phone's code is scanned before the start.
        findViewById<View>(R.id.join_other).showIf(!state.isRecorded)
        joins(state.joins)
        findViewById<View>(R.id.start).showIf(!state.isRecorded)
    }

    private fun crew(state: SceneState) {
        // Somebody who was named and is not remembered any more is here all the same.
        val all = state.roster + (state.crew.officers - state.roster.toSet())
        findViewById<ViewGroup>(R.id.officers).showEach(all, R.layout.check) { check, officer ->
            val box = check as CheckBox
            box.text = resources.getString(R.string.officers_one, officer.name, officer.certificate)
            box.isChecked = officer in state.crew.officers
            box.setOnClickListener { onEvent(SceneEvent.OfficerPressed(officer)) }
        }
        // Nothing is typed at a scene.
        findViewById<View>(R.id.officers_add).showIf(!state.isRecorded)
        findViewById<View>(R.id.holder_asked).showIf(state.crew.officers.isNotEmpty())
        findViewById<ViewGroup>(R.id.holders).showEach(state.crew.officers, R.layout.option) { option, officer ->
            choice(option, officer.name, officer == state.crew.holder) { SceneEvent.HolderChosen(officer) }
        }
    }

    private fun joins(joins: Joins) {
        val tag = text(R.id.joins)
        tag.showIf(joins != Joins.Nothing)
        when (joins) {
            Joins.Nothing -> Unit
            Joins.OnStart -> tag.say(resources.getString(R.string.scene_joins_on_start), Tone.Waiting)
            Joins.Joined -> tag.say(resources.getString(R.string.scene_joined), Tone.Waiting, R.drawable.sign_done)
            Joins.NotJoined -> tag.say(resources.getString(R.string.scene_not_joined), Tone.Owed)
        }
    }

    private fun choice(option: View, words: String, isChosen: Boolean, event: () -> SceneEvent) {
        val button = option as RadioButton
        button.text = words
        button.isChecked = isChosen
        button.setOnClickListener { onEvent(event()) }
    }

    private fun words(party: PartyKnown): Int =
        when (party) {
            PartyKnown.Present -> R.string.party_present
            PartyKnown.NobodyPresent -> R.string.party_nobody_present
        }
}
