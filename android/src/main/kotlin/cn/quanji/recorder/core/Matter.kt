package cn.quanji.recorder.core

/** What is enforced (执法事由): the matters that the regulation itself names. Which of them must be recorded, the core says. */
enum class Matter(val code: String) {
    Sealing("sealing"),
    Seizure("seizure"),
    ForcedDemolition("forced_demolition"),
    PerformanceByOthers("performance_by_others"),
    RestrictingLiberty("restricting_liberty"),
    LifeLibertyProperty("life_liberty_property"),
    ProneToDispute("prone_to_dispute"),
    GatheringEvidence("gathering_evidence"),
    Hearing("hearing"),
    ServiceLeftOrAnnounced("service_left_or_announced"),
    OtherProneToDispute("other_prone_to_dispute");

    companion object {
        /** Null for one of the agency's own catalog. */
        fun of(code: String): Matter? = entries.find { it.code == code }
    }
}
