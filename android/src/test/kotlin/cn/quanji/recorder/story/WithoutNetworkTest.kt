package cn.quanji.recorder.story

import android.app.Activity
import android.content.Intent
import android.widget.EditText
import cn.quanji.recorder.R
import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Wish
import cn.quanji.recorder.recording.RecordingState
import cn.quanji.recorder.testing.FolderProvider
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** The agency's network is not there: the officer goes to the designated storage, or carries a stick to it and back. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class, qualifiers = "zh-rCN")
class WithoutNetworkTest : Story() {
    @Test
    fun `at the dock the officer hands over and sees whose receipt it is`() {
        val record = recorded()
        val data = agency.dock(folder.newFolder("dock"))
        openDock()
        view<EditText>(R.id.address).setText("一号 储存器")
        idle()
        press(R.id.hand_over)
        assertEquals(said(R.string.dock_no_address), text(R.id.said))
        AgencyProcess.Serving(data).use { dock ->
            view<EditText>(R.id.address).setText("http://127.0.0.1:${dock.port}")
            idle()
            press(R.id.hand_over)
            until("the phone says that it is on no cable") { text(R.id.said) == said(R.string.dock_no_lan) }
            press(R.id.again)
            app.connection.hasDock = true
            press(R.id.hand_over)
            until("all is there") { text(R.id.said) == said(R.string.dock_all_there) }
        }
        openRecord(record)
        until("the receipt is read") { text(R.id.keeping).contains("指定储存器") }
        assertTrue(text(R.id.receipt), text(R.id.receipt).contains("储存器的回执"))
        agency.importFrom(data)
        val said = agency.verified(agency.exported(record))
        assertTrue(said, Regex(""""verdict":\s*"valid"""").containsMatchIn(said))
    }

    @Test
    fun `a stick carries the records there, and only the receipts that come back free the film`() {
        val record = recorded()
        val data = agency.dock(folder.newFolder("dock"))
        val stick = folder.newFolder("stick")
        FolderProvider.plugged(stick)
        openDock()
        press(R.id.bring)
        picked()
        until("there are none yet") { text(R.id.said) == said(R.string.dock_none_there) }
        press(R.id.again)
        press(R.id.write)
        picked()
        until("it is written") { isShown(R.id.again) }
        val bundle = stick.listFiles()!!.single()
        assertTrue(text(R.id.said), text(R.id.said).contains(bundle.name))
        assertTrue("nothing was freed by it", hasFilm(record))
        agency.takeAt(data, bundle)
        press(R.id.again)
        press(R.id.bring)
        picked()
        until("they hold") { text(R.id.said) == app.getString(R.string.dock_brought, "1", "1") }
        assertTrue("the film was freed", !hasFilm(record))
        openRecord(record)
        until("the receipt is read") { text(R.id.keeping).contains("指定储存器") }
        assertEquals("nothing is left of what was begun", listOf("", ".keyset", ".receipts"), stick.listFiles()!!.map { it.name.removePrefix(bundle.name) }.sorted())
    }

    private fun recorded(): String {
        opened()
        enrol()
        until("the first page") { isShown(R.id.start) }
        press(R.id.start)
        pass(5.0)
        val record = phone.running.record
        phone.session.wish(Wish.Stop)
        pass(11.0)
        assertEquals(RecordingState.Ended(record), phone.session.state.value)
        return record
    }

    private fun openDock() {
        goTo(Route.Queue)
        press(R.id.dock)
    }

    /** The system's page comes in front and goes with the stick's folder. */
    private fun picked() {
        val asked = shadowOf(activity.get()).nextStartedActivityForResult
        assertEquals(Intent.ACTION_OPEN_DOCUMENT_TREE, asked.intent.action)
        activity.pause()
        shadowOf(activity.get()).receiveResult(asked.intent, Activity.RESULT_OK, Intent().setData(FolderProvider.TREE))
        activity.resume()
        idle()
    }

    private fun hasFilm(record: String) = (app.graph.films.film(record) as Answer.Of).value.takes.any { take -> take.segments.any { it.isHere } }
}
