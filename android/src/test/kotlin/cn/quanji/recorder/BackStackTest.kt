package cn.quanji.recorder

import cn.quanji.recorder.core.CodeWanted
import cn.quanji.recorder.core.Writing
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

class BackStackTest {
    private val everyRoute = listOf(
        Route.Home, Route.Scene, Route.Recording, Route.LastPage("ab12"), Route.Queue, Route.ShiftCheck, Route.Record("ab12"), Route.Enrolment, Route.Practice, Route.Settings, Route.About,
        Route.Licences, Route.Film("ab12"), Route.Photo("ab12", 3), Route.Scan(CodeWanted.Invitation), Route.Scan(CodeWanted.Activity), Route.Scan(CodeWanted.Dock), Route.Dock, Route.Draft("d1"),
    ) + listOf(Writing.Statement(17), Writing.Statement(null), Writing.OpeningMissing, Writing.FilmingMissing, Writing.Place, Writing.Officers, Writing.Party)
        .map { Route.Write("ab12", it) }

    @Test
    fun `every route comes back from its text`() {
        assertEquals(everyRoute, everyRoute.map { Route.read(it.write()) })
    }

    @Test
    fun `a route of another version is left out and the rest stays`() {
        assertEquals(BackStack(listOf(Route.Home, Route.Settings)), BackStack.read(listOf("home", "a page of tomorrow", "settings")))
        assertNull(Route.read("record"))
        assertNull(Route.read("photo/ab12/first"))
        assertNull(Route.read("scan/passport"))
        assertNull(Route.read("write/ab12/poem"))
    }

    @Test
    fun `what cannot be read begins at home`() {
        assertEquals(BackStack.START, BackStack.read(null))
        assertEquals(BackStack.START, BackStack.read(listOf("settings")))
    }

    @Test
    fun `a recording that is over is not gone back to`() {
        val over = BackStack.START.goTo(Route.Recording).goTo(Route.LastPage("ab12"))
        assertEquals(BackStack.START, over.back())
    }

    @Test
    fun `a second press on the same leads nowhere new`() {
        val queue = BackStack.START.goTo(Route.Queue)
        assertEquals(queue, queue.goTo(Route.Queue))
    }

    @Test
    fun `back from home leaves the app`() {
        assertNull(BackStack.START.back())
    }
}
