package cn.quanji.recorder

import cn.quanji.recorder.core.Owed
import cn.quanji.recorder.core.Writing
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

class SettlingTest {
    @Test
    fun `what is owed leads to where it is written`() {
        assertEquals(Route.Write("ab12", Writing.Statement(17)), routeToSettle("ab12", Owed.WrittenStatement(17)))
        assertEquals(Route.Write("ab12", Writing.Statement(17)), routeToSettle("ab12", Owed.InterruptionReason(17)))
        assertEquals(Route.Write("ab12", Writing.OpeningMissing), routeToSettle("ab12", Owed.Opening(emptyList())))
    }

    @Test
    fun `a check before the recording cannot be made after it`() {
        assertNull(routeToSettle("ab12", Owed.Preflight))
    }
}
