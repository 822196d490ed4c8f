package cn.quanji.recorder

import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.core.Writing

/** A page and what it is about; as a text it survives the process. */
sealed interface Route {
    data object Home : Route

    /** The scene (执法活动): matter, party, second phone. */
    data object Scene : Route

    data object Recording : Route

    data class LastPage(val record: String) : Route

    data object Queue : Route

    data class Record(val record: String) : Route

    data class Film(val record: String) : Route

    data class Photo(val record: String, val number: Int) : Route

    data class Write(val record: String, val about: Writing) : Route

    /** A statement that the agency drafted, by its name. */
    data class Draft(val draft: String) : Route

    /** What is to be recorded with emphasis. */
    data class Checklist(val record: String) : Route

    /** The officers whom this phone remembers. */
    data object Officers : Route

    data object Enrolment : Route

    /** A code is looked for with the camera. */
    data class Scan(val wanted: CodeWanted) : Route

    /** Without the agency's network: the designated storage, or a stick. */
    data object Dock : Route

    /** The check before duty (班前检查). */
    data object ShiftCheck : Route

    data object Practice : Route

    data object Settings : Route

    data object About : Route

    /** Whose work is in the app, and by which licences. */
    data object Licences : Route

    /** Whether the page shows what is in a record: no screenshot, and no picture of it among the recent apps. */
    val isPrivate: Boolean
        get() =
            when (this) {
                Home, Scene, Recording, Queue, Dock, Enrolment, is Scan, is LastPage, is Record, is Film, is Photo, is Write, is Draft, is Checklist, Officers -> true
                ShiftCheck, Practice, Settings, About, Licences -> false
            }

    fun write(): String =
        when (this) {
            Home -> "home"
            Scene -> "scene"
            Recording -> "recording"
            is LastPage -> "last/$record"
            Queue -> "queue"
            is Record -> "record/$record"
            is Film -> "film/$record"
            is Photo -> "photo/$record/$number"
            is Write -> "write/$record/" + when (about) {
                is Writing.Statement -> "statement/${about.interruption ?: ""}"
                Writing.OpeningMissing -> "opening"
                Writing.FilmingMissing -> "filming"
                Writing.Place -> "place"
                Writing.Officers -> "officers"
                Writing.Party -> "party"
                is Writing.Correction -> "correction/${about.of}"
                Writing.Mistake -> "mistake"
            }
            is Draft -> "draft/$draft"
            is Checklist -> "checklist/$record"
            Officers -> "officers"
            Enrolment -> "enrolment"
            is Scan -> when (wanted) {
                CodeWanted.Invitation -> "scan/invitation"
                CodeWanted.Activity -> "scan/activity"
                CodeWanted.Dock -> "scan/dock"
            }
            Dock -> "dock"
            ShiftCheck -> "shift_check"
            Practice -> "practice"
            Settings -> "settings"
            About -> "about"
            Licences -> "licences"
        }

    companion object {
        /** Null for a text of another version. */
        fun read(text: String): Route? {
            val parts = text.split('/')
            return when (parts[0]) {
                "home" -> Home
                "scene" -> Scene
                "recording" -> Recording
                "last" -> parts.getOrNull(1)?.let(::LastPage)
                "queue" -> Queue
                "record" -> parts.getOrNull(1)?.let(::Record)
                "film" -> parts.getOrNull(1)?.let(::Film)
                "photo" -> parts.getOrNull(2)?.toIntOrNull()?.let { Photo(parts[1], it) }
                "write" -> parts.getOrNull(1)?.let { record -> about(parts.drop(2))?.let { Write(record, it) } }
                "draft" -> parts.getOrNull(1)?.let(::Draft)
                "checklist" -> parts.getOrNull(1)?.let(::Checklist)
                "officers" -> Officers
                "enrolment" -> Enrolment
                "dock" -> Dock
                "scan" -> wanted(parts.drop(1))?.let(::Scan)
                "shift_check" -> ShiftCheck
                "practice" -> Practice
                "settings" -> Settings
                "about" -> About
                "licences" -> Licences
                else -> null
            }
        }

        private fun wanted(parts: List<String>): CodeWanted? =
            when (parts.getOrNull(0)) {
                "invitation" -> CodeWanted.Invitation
                "activity" -> CodeWanted.Activity
                "dock" -> CodeWanted.Dock
                else -> null
            }

        private fun about(parts: List<String>): Writing? =
            when (parts.getOrNull(0)) {
                "statement" -> Writing.Statement(parts.getOrNull(1)?.toLongOrNull())
                "opening" -> Writing.OpeningMissing
                "filming" -> Writing.FilmingMissing
                "place" -> Writing.Place
                "officers" -> Writing.Officers
                "party" -> Writing.Party
                "correction" -> parts.getOrNull(1)?.toLongOrNull()?.let { Writing.Correction(it) }
                "mistake" -> Writing.Mistake
                else -> null
            }
    }
}
