package cn.quanji.recorder.uploads

import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.ComponentName
import android.content.Context
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_METERED
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_ROAMING
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_VPN
import android.net.NetworkCapabilities.TRANSPORT_ETHERNET
import android.net.NetworkCapabilities.TRANSPORT_WIFI
import android.net.NetworkRequest
import android.os.Build
import cn.quanji.recorder.NewerApi
import cn.quanji.recorder.core.NextHandOver
import kotlin.math.max

/**
 * What waits, as jobs of the system: they outlive the process and a restart of the phone.
 *
 * Each network has two numbers. A job with the number of one that runs would end that one, and one that runs is gone from the system's list the moment it
 * is finished: the next stands under the other number before that.
 */
class UploadJobs(private val context: Context, private val nowMs: () -> Long) {
    private val scheduler = context.getSystemService(JobScheduler::class.java)!!
    private val running = HashSet<Int>()

    @Synchronized
    fun began(number: Int) {
        running += number
    }

    /** Whether another one still runs. */
    @Synchronized
    fun ended(number: Int): Boolean {
        running -= number
        return running.isNotEmpty()
    }

    @Synchronized
    fun plan(next: NextHandOver, hasRun: Boolean) {
        val wanted = WantedJob.of(next, hasRun, nowMs()).associateBy { it.over }
        for (over in WantedJob.Over.entries) plan(NUMBERS.getValue(over) - running, wanted[over])
    }

    private fun plan(numbers: List<Int>, wanted: WantedJob?) {
        val number = numbers.firstOrNull().takeIf { wanted != null }
        numbers.filter { it != number }.forEach(scheduler::cancel)
        if (wanted == null || number == null) return
        // Asked for by the officer, who is there: the system then lets it go on for as long as it takes. From behind it takes no such job.
        val isTaken = wanted.delayMs == 0L && Build.VERSION.SDK_INT >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE && scheduleAsAsked(number, wanted)
        if (!isTaken) scheduler.schedule(constrained(number, wanted).build())
    }

    @NewerApi
    private fun scheduleAsAsked(number: Int, wanted: WantedJob): Boolean =
        scheduler.schedule(job(number, wanted).setUserInitiated(true).build()) == JobScheduler.RESULT_SUCCESS

    private fun constrained(number: Int, wanted: WantedJob): JobInfo.Builder = job(number, wanted).setMinimumLatency(least(wanted))

    private fun least(wanted: WantedJob): Long {
        // Before API 28 a SIM that is called unlimited starts the job too, and its film stays: not every minute.
        val isVague = wanted.over == WantedJob.Over.Free && Build.VERSION.SDK_INT < Build.VERSION_CODES.P
        return if (isVague && wanted.delayMs > 0) max(wanted.delayMs, VAGUE_MS) else wanted.delayMs
    }

    private fun job(number: Int, wanted: WantedJob): JobInfo.Builder {
        val job = JobInfo.Builder(number, ComponentName(context, UploadJob::class.java)).setPersisted(true)
        return when (wanted.over) {
            WantedJob.Over.Any -> job.setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
            WantedJob.Over.Free ->
                if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) overFree(job) else job.setRequiredNetworkType(JobInfo.NETWORK_TYPE_UNMETERED)
        }
    }

    @NewerApi
    private fun overFree(job: JobInfo.Builder): JobInfo.Builder = job.setRequiredNetwork(
        NetworkRequest.Builder()
            .addCapability(NET_CAPABILITY_NOT_METERED)
            .addCapability(NET_CAPABILITY_NOT_ROAMING)
            .removeCapability(NET_CAPABILITY_NOT_VPN)
            .addTransportType(TRANSPORT_WIFI)
            .addTransportType(TRANSPORT_ETHERNET)
            .build()
    )

    companion object {
        val NUMBERS = mapOf(WantedJob.Over.Any to listOf(1, 2), WantedJob.Over.Free to listOf(3, 4))
        private const val VAGUE_MS = 15 * 60_000L
    }
}
