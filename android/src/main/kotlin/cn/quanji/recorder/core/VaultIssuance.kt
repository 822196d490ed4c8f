package cn.quanji.recorder.core

/** As the vault holds it, in the language of the screen. */
class VaultIssuance(private val vault: Vault, private val language: () -> Language) : Issuance {
    override fun issued(): Answer<Issued> = vault.ask { core ->
        core.issued(language().asBound()).run {
            Issued(
                documents.map { IssuedDocument(IssuedKind.entries[it.kind.ordinal], it.number.toLong(), it.issuer, it.issuedUs / US, it.isSample) },
                arePhrasesShipped,
                notObeyed,
            )
        }
    }

    override fun quality(): AgencyQuality =
        when (val quality = vault.ask { core -> core.agencyQuality().run { AgencyQuality(best?.asStep(), hevc) } }) {
            is Answer.Of -> quality.value
            is Answer.Not -> AgencyQuality(best = null, isHevc = null)
        }

    private companion object {
        const val US = 1_000
    }
}
