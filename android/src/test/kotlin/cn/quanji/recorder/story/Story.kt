package cn.quanji.recorder.story

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.content.ClipData
import android.content.ClipboardManager
import android.content.Intent
import android.os.Bundle
import android.view.KeyEvent
import android.view.View
import android.widget.TextView
import cn.quanji.recorder.MainActivity
import cn.quanji.recorder.R
import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Network
import cn.quanji.recorder.core.Safekeeping
import cn.quanji.recorder.core.Wish
import cn.quanji.recorder.recording.RecordingService
import cn.quanji.recorder.testing.FakeKeystore
import cn.quanji.recorder.testing.waitUntil
import cn.quanji.recorder.uploads.UploadJob
import java.time.Duration
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.rules.TemporaryFolder
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.android.controller.ServiceController
import org.robolectric.shadow.api.Shadow
import org.robolectric.util.ReflectionHelpers

/** What an officer's hands and a phone's system do in a story: the real Activity, services, session and core, frames of a real encoder, a real agency. */
abstract class Story {
    @get:Rule
    val folder = TemporaryFolder()

    protected val app by lazy { RuntimeEnvironment.getApplication() as StoryApp }
    private var hasAgency = false
    protected val agency by lazy { AgencyProcess(folder.newFolder("agency")).also { hasAgency = true } }
    protected val phone get() = app.phone
    private val keystore = FakeKeystore()
    protected lateinit var activity: ActivityController<MainActivity>

    @Before
    fun install() = keystore.install()

    @After
    fun end() {
        keystore.remove()
        app.ended()
        if (hasAgency) agency.close()
    }

    protected fun opened() {
        activity = Robolectric.buildActivity(MainActivity::class.java).setup()
    }

    protected fun enrol() {
        app.connection.network.value = Network.Free
        press(R.id.enrol)
        until("a code may be entered") { text(R.id.lead) == activity.get().getString(R.string.enrolment_enter) }
        app.getSystemService(ClipboardManager::class.java).setPrimaryClip(ClipData.newPlainText("", agency.code()))
        press(R.id.paste)
        until("the root is compared") { text(R.id.main) == activity.get().getString(R.string.enrolment_enrol) }
        press(R.id.main)
        until("enrolled") { text(R.id.lead) == activity.get().getString(R.string.enrolment_enrolled) }
        press(R.id.main)
        app.connection.network.value = Network.None
    }

    /** The system ends the process behind the page, and the officer comes back to the app: another process, the same disk, the page that Android kept. */
    protected fun killed(isRebooted: Boolean) {
        val kept = Bundle()
        activity.pause().stop().saveInstanceState(kept)
        app.killed(isRebooted)
        // Of the page that is gone nothing is heard any more.
        activity.destroy()
        activity = Robolectric.buildActivity(MainActivity::class.java).setup(kept)
        idle()
    }

    protected fun startedService(): ServiceController<RecordingService> {
        val started = shadowOf(app).nextStartedService
        assertEquals(RecordingService::class.java.name, started.component!!.className)
        return Robolectric.buildService(RecordingService::class.java, started).create().startCommand(0, 0)
    }

    protected fun wish(service: ServiceController<RecordingService>, wish: Wish) {
        service.get().onStartCommand(Intent(app, RecordingService::class.java).setAction(wish.name), 0, 0)
        phone.lane.catchUp()
    }

    protected fun key(code: Int) {
        activity.get().dispatchKeyEvent(KeyEvent(KeyEvent.ACTION_DOWN, code))
        pass(0.2)
        activity.get().dispatchKeyEvent(KeyEvent(KeyEvent.ACTION_UP, code))
    }

    /** The system starts a job that waits. Where what it would send may go without it, the wire is to be held meanwhile: otherwise none may wait any more. */
    protected fun startedJob(): Pair<ServiceController<UploadJob>, JobParameters> {
        var waiting: JobInfo? = null
        until("a job waits") { jobs().firstOrNull().also { waiting = it } != null }
        return started(waiting!!)
    }

    /**
     * As [until], while the system starts each job that waits, one after the other. A run that was about to end when a job joined it sends nothing of what
     * came last: that waits for the next job.
     */
    protected fun untilSent(what: String, isSo: () -> Boolean) {
        var job: ServiceController<UploadJob>? = null
        until(what) {
            if (job?.let { shadowOf(it.get()).isJobFinished } != false) job = jobs().firstOrNull()?.let { started(it).first }
            isSo()
        }
    }

    /** One that is started is gone from the system's list. */
    private fun started(waiting: JobInfo): Pair<ServiceController<UploadJob>, JobParameters> {
        val job = Robolectric.buildService(UploadJob::class.java).create()
        val parameters = Shadow.newInstanceOf(JobParameters::class.java)
        ReflectionHelpers.setField(parameters, "jobId", waiting.id)
        assertTrue("it goes on after onStartJob", job.get().onStartJob(parameters))
        synchronized(app.graph.uploadJobs) { scheduler.cancel(waiting.id) }
        return job to parameters
    }

    /** Workers plan while the test looks, under this lock. */
    protected fun jobs(): List<JobInfo> = synchronized(app.graph.uploadJobs) { scheduler.allPendingJobs }

    private val scheduler get() = app.getSystemService(JobScheduler::class.java)

    protected fun openRecord(record: String) = goTo(Route.Record(record))

    /** To be waited for before its page is opened: that one reads the record then, and again only every half minute. */
    protected fun hasReceipt(record: String): Boolean = (app.graph.records.detail(record) as? Answer.Of)?.value?.summary?.safekeeping is Safekeeping.Delivered

    protected fun goTo(route: Route) {
        activity.get().goTo(route)
        idle()
    }

    protected fun press(id: Int) {
        view<View>(id).performClick()
        idle()
    }

    protected fun text(id: Int) = view<TextView>(id).text.toString()

    protected fun said(id: Int): String = activity.get().getString(id)

    protected fun <T : View> view(id: Int): T = activity.get().findViewById(id)

    protected fun isShown(id: Int) = activity.get().findViewById<View>(id)?.isShown == true

    protected fun pass(seconds: Double) {
        repeat((seconds * 5).toInt()) {
            phone.pass(0.2)
            idle()
        }
    }

    /** Time passes for the page too. */
    protected fun until(what: String, isSo: () -> Boolean) = waitUntil(what, meanwhile = { shadowOf(activity.get().mainLooper).idleFor(Duration.ofMillis(20)) }, isSo)

    protected fun idle() = shadowOf(activity.get().mainLooper).idle()
}
