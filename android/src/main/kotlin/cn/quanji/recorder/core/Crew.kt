package cn.quanji.recorder.core

/** An officer by name and certificate number (执法证号). No log may hold it. */
data class Officer(val name: String, val certificate: String) {
    override fun toString() = "Officer"
}

/** Who is at the scene, and who of them holds this phone: what is done on it from then on names that one. Null before it is said. */
data class Crew(val officers: List<Officer>, val holder: Officer?)

/** What of a scene is read aloud. */
data class SceneKnown(val matter: Matter?, val party: PartyKnown?, val officers: List<Officer>)
