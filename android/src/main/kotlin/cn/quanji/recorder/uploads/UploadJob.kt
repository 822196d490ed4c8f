package cn.quanji.recorder.uploads

import android.app.job.JobParameters
import android.app.job.JobService
import android.os.Build
import cn.quanji.recorder.HasAppGraph
import cn.quanji.recorder.NewerApi
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch

/** Keeps the process for as long as the one run takes, whoever began it. */
class UploadJob : JobService() {
    private val graph by lazy { (application as HasAppGraph).graph }
    private val scope by lazy { CoroutineScope(SupervisorJob() + graph.mainThread) }
    private val waiting = HashMap<Int, Job>()

    override fun onStartJob(parameters: JobParameters): Boolean {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE) showIfAsked(parameters)
        graph.uploadJobs.began(parameters.jobId)
        waiting[parameters.jobId] = scope.launch {
            graph.handOver.handOver()
            // What is left was planned by the run, under another number.
            jobFinished(parameters, false)
            graph.uploadJobs.ended(parameters.jobId)
            waiting -= parameters.jobId
        }
        return true
    }

    /** The system wants its network or its battery back. The run ends wherever it is, and the next goes on from there. */
    override fun onStopJob(parameters: JobParameters): Boolean {
        waiting.remove(parameters.jobId)?.cancel()
        if (!graph.uploadJobs.ended(parameters.jobId)) graph.handOver.stop()
        return true
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }

    @NewerApi
    private fun showIfAsked(parameters: JobParameters) {
        if (!parameters.isUserInitiatedJob) return
        setNotification(parameters, UploadNotification.ID, UploadNotification(this).make(), JOB_END_NOTIFICATION_POLICY_REMOVE)
    }
}
