package cn.quanji.recorder.core

import cn.quanji.core.Deed
import cn.quanji.core.EndedHow
import cn.quanji.core.Excuse
import cn.quanji.core.Filming
import cn.quanji.core.NamedOfficer
import cn.quanji.core.Party
import cn.quanji.core.PlaceHow

/** The records in the vault, in the app's words. */
class VaultRecords(
    private val vault: Vault,
    private val connection: Connection,
    private val nowMs: () -> Long,
    /** What waits for the agency has become more. */
    private val grew: () -> Unit,
) : Records {
    override fun home(): Answer<HomeRecords> = vault.ask { it.home(connection.network.value.asBound()).asHome(nowMs(), it.statementDrafts().map { draft -> draft.asDraft() }) }

    override fun detail(record: String): Answer<RecordDetail> = vault.ask { it.recordPage(record).asDetail(nowMs()) }

    override fun check(record: String): Answer<SelfCheck> = vault.ask { it.selfCheck(record).asCheck() }

    override fun endInterrupted(record: String): Answer<Unit> = vault.ask {
        it.endLater(record, it.standing(record).holder, EndedHow.CUT_FOR_GOOD)
        grew()
    }

    override fun write(record: String, written: Written): Answer<Unit> = add(record, written.asDeed())

    override fun drafts(): Answer<List<Draft>> = vault.ask { it.statementDrafts().map { draft -> draft.asDraft() } }

    override fun template(record: String, about: Writing.Statement): Answer<String> = vault.ask { it.statementTemplate(record, about.interruption?.toULong()) }

    override fun stateAlone(written: Written): Answer<Unit> = vault.ask {
        // Nobody is named in a record that does not exist yet: who says it stands in the words, and on the record's own page afterwards.
        it.stateAlone(null, written.text, written.draft)
        grew()
    }

    override fun standing(record: String): Answer<Standing> = vault.ask { it.standing(record).asStanding() }

    override fun checkOff(record: String, item: KeyContent, state: ChecklistState): Answer<Unit> = vault.ask {
        it.checkOff(record, item.asBound(), state.asBound())
        grew()
    }

    override fun declareAway(record: String, ground: AwayGround): Answer<Unit> = add(record, Deed.Away(ground.asBound()))

    override fun declareReturn(record: String): Answer<Unit> = add(record, Deed.Returned((nowMs() * US).toULong()))

    /** By whom the record names as the one who holds this phone. */
    private fun add(record: String, deed: Deed): Answer<Unit> = vault.ask {
        it.addLater(record, it.standing(record).holder, deed)
        grew()
    }

    private companion object {
        const val US = 1_000
    }
}

private fun Written.asDeed(): Deed =
    when (about) {
        is Writing.Statement -> Deed.WrittenStatement(text, about.interruption?.toULong(), draft)
        Writing.OpeningMissing -> Deed.OpeningExcused(Excuse.EXPLAINED, text)
        Writing.FilmingMissing -> Deed.FilmingNotice(Filming.EXPLAINED, text)
        Writing.Place -> Deed.Place(text, PlaceHow.TYPED)
        // Whoever writes it is the one who recorded.
        Writing.Officers -> Deed.Officers(listOf(NamedOfficer(text, certificate.orEmpty())), 0u)
        Writing.Party -> Deed.Subject(Party.NAMED, text, null, null)
        is Writing.Correction -> Deed.Correction(about.of.toULong(), text)
        Writing.Mistake -> Deed.Mistake(text)
    }
