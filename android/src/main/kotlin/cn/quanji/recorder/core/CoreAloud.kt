package cn.quanji.recorder.core

import cn.quanji.core.Core as Bound
import cn.quanji.core.KnownScene
import cn.quanji.core.NamedOfficer
import cn.quanji.core.NoticeOf
import cn.quanji.core.Party
import cn.quanji.core.StageOf

/** Of what the officer chose on the page of the scene, in the words that are in force and the language of the screen. */
class CoreAloud(private val vault: () -> Vault, private val known: () -> SceneKnown, private val language: () -> Language, private val nowMs: () -> Long) : Aloud {
    override fun opening(stage: Int?, isNobodyPresent: Boolean): List<OpeningLine> {
        val known = known()
        val scene = KnownScene(
            atUs = nowMs() * US,
            // Written down when the camera has stopped: the officer says it.
            place = null,
            officers = known.officers.map { NamedOfficer(it.name, it.certificate) },
            matter = known.matter?.code,
            party = if (isNobodyPresent) Party.NOBODY_PRESENT else known.party?.asBound(),
            partyName = null,
            stages = listOfNotNull(stage?.let { StageOf.entries[it] }),
        )
        return asked(emptyList()) { core -> core.openingLines(scene, language().asBound()).map { OpeningLine(it.element.asElement(), it.text) } }
    }

    override fun reason(cause: Cause): String = asked("") { it.reasonPhrase(cause.asBound(), language().asBound()) }

    override fun phrases(): List<Phrase> = asked(emptyList()) { core ->
        val language = language().asBound()
        val notices = core.noticePhrases(language).mapNotNull { said -> of(said.notice)?.let { Phrase(it, said.text) } }
        notices + Phrase(PhraseOf.Filming, core.filmingPhrase(language)) + core.companionPhrases(language).map { Phrase(it.line.asPhrase(), it.text) }
    }

    /** While something runs the vault is open; what is closed has nothing to say. */
    private fun <T> asked(nothing: T, ask: (Bound) -> T): T =
        when (val said = vault().ask(ask)) {
            is Answer.Of -> said.value
            is Answer.Not -> nothing
        }

    private fun of(notice: NoticeOf): PhraseOf? =
        when (notice) {
            NoticeOf.LATECOMERS -> PhraseOf.Latecomers
            NoticeOf.SECRETS -> PhraseOf.Secrets
            // A part of the opening.
            NoticeOf.RECORDING -> null
        }

    private companion object {
        const val US = 1_000
    }
}
