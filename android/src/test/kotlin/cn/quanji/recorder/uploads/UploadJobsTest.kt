package cn.quanji.recorder.uploads

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_METERED
import android.net.NetworkCapabilities.TRANSPORT_CELLULAR
import cn.quanji.recorder.core.NextHandOver
import cn.quanji.recorder.testing.TestApp
import cn.quanji.recorder.testing.app
import kotlinx.coroutines.CompletableDeferred
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadow.api.Shadow
import org.robolectric.shadows.ShadowLooper
import org.robolectric.util.ReflectionHelpers

@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class UploadJobsTest {
    private val jobs get() = app.graph.uploadJobs

    @Test
    fun `a job outlives the process and a restart of the phone`() {
        jobs.plan(NextHandOver(overAnyMs = later(60_000), overFreeMs = later(60_000)), hasRun = false)
        val job = waiting().single()
        assertTrue(job.isPersisted)
        assertEquals(JobInfo.NETWORK_TYPE_ANY, job.networkType)
        assertEquals(60_000L, job.minLatencyMillis)
        assertFalse("the officer waits for nothing", job.isUserInitiated)
    }

    @Test
    fun `what can go now is let go on for as long as it takes`() {
        jobs.plan(NextHandOver(overAnyMs = 0, overFreeMs = 0), hasRun = false)
        assertTrue(waiting().single().isUserInitiated)
    }

    @Test
    fun `film waits for a network that is no SIM's and not paid for`() {
        jobs.plan(NextHandOver(overAnyMs = null, overFreeMs = 0), hasRun = false)
        val asked = waiting().single().requiredNetwork!!
        assertTrue(asked.hasCapability(NET_CAPABILITY_NOT_METERED))
        assertFalse(asked.hasTransport(TRANSPORT_CELLULAR))
    }

    @Test
    fun `nothing that waits leaves no job`() {
        jobs.plan(NextHandOver(overAnyMs = later(1), overFreeMs = 0), hasRun = true)
        assertTrue(waiting().isNotEmpty())
        jobs.plan(NextHandOver.NEVER, hasRun = true)
        assertEquals(emptyList<JobInfo>(), waiting())
    }

    @Test
    fun `however often it is planned there is one`() {
        repeat(3) { jobs.plan(NextHandOver(overAnyMs = 0, overFreeMs = 0), hasRun = false) }
        assertEquals(1, waiting().size)
    }

    @Test
    fun `the next is planned beside the one that runs`() {
        jobs.began(1)
        jobs.plan(NextHandOver(overAnyMs = 0, overFreeMs = 0), hasRun = true)
        assertEquals("the number of one that runs would end it", listOf(2), waiting().map { it.id })
    }

    @Test
    fun `a job is there until the run has ended`() {
        val (job, parameters) = started()
        idle()
        assertFalse(shadowOf(job).isJobFinished)
        app.handOver.ends.complete(Unit)
        idle()
        assertTrue(shadowOf(job).isJobFinished)
        assertFalse("what is left was planned", shadowOf(job).isRescheduleNeeded)
        assertEquals(1, app.handOver.begun)
        assertFalse(jobs.ended(parameters.jobId))
    }

    @Test
    fun `a job that is stopped ends the run and asks to come again`() {
        val (job, parameters) = started()
        idle()
        assertTrue(job.onStopJob(parameters))
        assertEquals(1, app.handOver.stopped)
        app.handOver.ends.complete(Unit)
        idle()
        assertFalse("one that is stopped does not finish", shadowOf(job).isJobFinished)
    }

    @Test
    fun `a run that another job waits for goes on`() {
        val (job, parameters) = started()
        jobs.began(3)
        assertTrue(job.onStopJob(parameters))
        assertEquals(0, app.handOver.stopped)
    }

    private fun started(): Pair<UploadJob, JobParameters> {
        app.handOver.ends = CompletableDeferred()
        val job = Robolectric.buildService(UploadJob::class.java).create().get()
        val parameters = Shadow.newInstanceOf(JobParameters::class.java)
        ReflectionHelpers.setField(parameters, "jobId", 1)
        assertTrue(job.onStartJob(parameters))
        return job to parameters
    }

    private fun waiting(): List<JobInfo> = app.getSystemService(JobScheduler::class.java).allPendingJobs

    private fun later(ms: Long) = app.nowMs + ms

    private fun idle() = ShadowLooper.idleMainLooper()
}
