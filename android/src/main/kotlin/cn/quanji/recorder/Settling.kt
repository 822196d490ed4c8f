package cn.quanji.recorder

import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.Writing

/** Where something owed by a record that has ended is settled; null for what can only stay noted. */
fun routeToSettle(record: String, owed: Owed): Route? =
    when (owed) {
        // The check belongs before the recording: afterwards it can only be seen that there was none.
        Owed.Preflight -> null
        Owed.PlaceDescription -> Route.Write(record, Writing.Place)
        Owed.OfficersDescription -> Route.Write(record, Writing.Officers)
        Owed.SubjectDescription -> Route.Write(record, Writing.Party)
        is Owed.Opening -> Route.Write(record, Writing.OpeningMissing)
        is Owed.InterruptionReason -> Route.Write(record, Writing.Statement(owed.interruption))
        is Owed.WrittenStatement -> Route.Write(record, Writing.Statement(owed.interruption))
        Owed.FilmingNotice -> Route.Write(record, Writing.FilmingMissing)
    }
