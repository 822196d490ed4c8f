package cn.quanji.recorder.uploads

import cn.quanji.recorder.core.NextHandOver
import cn.quanji.recorder.uploads.WantedJob.Over
import org.junit.Assert.assertEquals
import org.junit.Test

class WantedJobTest {
    @Test
    fun `nothing that waits is no job`() = assertJobs(NextHandOver.NEVER)

    @Test
    fun `what may go over any network waits for no better one`() = assertJobs(NextHandOver(overAnyMs = 0, overFreeMs = 0), WantedJob(Over.Any, 0))

    @Test
    fun `film alone waits for a network that nobody pays for`() = assertJobs(NextHandOver(overAnyMs = null, overFreeMs = 0), WantedJob(Over.Free, 0))

    @Test
    fun `film does not wait until a line may go again`() =
        assertJobs(NextHandOver(overAnyMs = NOW + 900_000, overFreeMs = 0), WantedJob(Over.Any, 900_000), WantedJob(Over.Free, 0))

    @Test
    fun `nobody asks again before the core says`() = assertJobs(NextHandOver(overAnyMs = NOW + 5_000, overFreeMs = NOW + 5_000), WantedJob(Over.Any, 5_000))

    @Test
    fun `what was just tried is not tried at once`() =
        assertEquals(listOf(WantedJob(Over.Any, WantedJob.REST_MS)), WantedJob.of(NextHandOver(overAnyMs = Long.MIN_VALUE / 1000, overFreeMs = 0), hasRun = true, NOW))

    private fun assertJobs(next: NextHandOver, vararg jobs: WantedJob) = assertEquals(jobs.toList(), WantedJob.of(next, hasRun = false, NOW))

    private companion object {
        const val NOW = 1_800_000_000_000L
    }
}
