package cn.quanji.recorder.core

import cn.quanji.recorder.recording.Stage
import org.junit.Assert.assertEquals
import org.junit.Test

/** Words that are read by their place say the same at each place. */
class BoundTest {
    @Test
    fun `every word of the bindings is the app's at the same place`() {
        same<Cause, cn.quanji.core.Cause>()
        same<OpeningElement, cn.quanji.core.OpeningElement>()
        same<Step, cn.quanji.core.Step>()
        same<Coding, cn.quanji.core.Coding>()
        same<StepLimit, cn.quanji.core.Limit>()
        same<Heat, cn.quanji.core.Thermal>()
        same<Key, cn.quanji.core.Key>()
        same<Wish, cn.quanji.core.Wish>()
        same<Track, cn.quanji.core.Track>()
        same<ClockBase, cn.quanji.core.ClockBase>()
        same<Stage, cn.quanji.core.StageOf>()
        same<Network, cn.quanji.core.Network>()
        same<Waits, cn.quanji.core.Waits>()
        same<FreedBy, cn.quanji.core.FreedBy>()
        same<Speech, cn.quanji.core.Speech>()
        same<Told, cn.quanji.core.Told>()
        same<Language, cn.quanji.core.Language>()
        same<Secrecy, cn.quanji.core.Secrecy>()
        same<Obstruction, cn.quanji.core.ObstructionKind>()
        same<KeyContent, cn.quanji.core.KeyContent>()
        same<ChecklistState, cn.quanji.core.ChecklistState>()
        same<AwayGround, cn.quanji.core.AwayGround>()
        same<IssuedKind, cn.quanji.core.IssuedKind>()
        same<CheckNote, cn.quanji.core.PreflightNote>()
        same<Located, cn.quanji.core.Location>()
        same<Delivers, cn.quanji.core.Delivering>()
        same<Warmth, cn.quanji.core.Temperature>()
    }

    @Test
    fun `the app's five ways to begin are the first of the core's`() {
        assertEquals(names<StartedBy>(), names<cn.quanji.core.Started>().take(StartedBy.entries.size))
    }

    private inline fun <reified App : Enum<App>, reified Bound : Enum<Bound>> same() = assertEquals(names<Bound>(), names<App>())

    private inline fun <reified Word : Enum<Word>> names() = enumValues<Word>().map { it.name.replace("_", "").lowercase() }
}
