package cn.quanji.recorder.story

import android.widget.EditText
import cn.quanji.recorder.R
import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.core.Draft
import cn.quanji.recorder.core.Network
import cn.quanji.recorder.core.Wish
import cn.quanji.recorder.core.Writing
import cn.quanji.recorder.core.Written
import java.util.zip.ZipFile
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** Two statements are drafted on the agency's pages, come to the phone, are signed there by the officer, and are told on the pages again: a real agency, the real core. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class, qualifiers = "zh-rCN")
class DraftedStatementTest : Story() {
    @Test
    fun `what the agency drafts is changed and signed on the phone, and what was not recorded stands alone`() {
        opened()
        enrol()
        val record = recorded()
        app.connection.network.value = Network.Free
        untilSent("the record is there") { agency.page("/").contains("/records/$record") }
        untilSent("a receipt has come") { hasReceipt(record) }
        openRecord(record)
        until("a verified receipt stands on the page") { text(R.id.keeping).contains("已送达机关") }

        val device = Regex("""<option value="([0-9a-f]{32})"""").find(agency.page("/statements"))!!.groupValues[1]
        val (ofRecord, alone) = agency.press("/statements", "record" to record) to agency.press("/statements", "device" to device)
        assertTrue("the template is filled", agency.page(ofRecord).contains("记录开始于："))
        agency.press(ofRecord, "text" to "设备没电。\r\n说明人：王某", "act" to "offer")
        agency.press(alone, "text" to "当日暴雨，未作音像记录。", "act" to "offer")
        // The phone hears of it when it next has something to say.
        assertTrue(app.graph.records.write(record, Written(Writing.Place, "东街十八号", certificate = null)) is Answer.Of)
        untilSent("both are here") { drafts().size == 2 }

        goTo(Route.Home)
        until("the first page offers them") { isShown(R.id.read) }
        press(R.id.read)
        until("the agency's words stand there") { text(R.id.text) == "设备没电。\n说明人：王某" }
        assertTrue(isShown(R.id.drafted))
        assertFalse(isShown(R.id.draft_again))
        view<EditText>(R.id.text).setText("设备没电，雨中无法更换。\n说明人：王某")
        until("it is the agency's no longer, word for word") { isShown(R.id.draft_again) }
        killed(isRebooted = false)
        assertEquals("设备没电，雨中无法更换。\n说明人：王某", text(R.id.text))
        // Not waited for: that the draft is read anew.
        press(R.id.sign)
        until("it is signed") { drafts().size == 1 }
        until("the other one waits") { isShown(R.id.read) }
        press(R.id.read)
        until("it stands alone") { text(R.id.asked) == said(R.string.statement_alone) && text(R.id.text) == "当日暴雨，未作音像记录。" }
        press(R.id.sign)
        until("nothing waits") { drafts().isEmpty() && isShown(R.id.start) && !isShown(R.id.read) }

        untilSent("the pages tell of both") { agency.page("/statements").let { it.contains("已签名，签名人作了修改") && it.contains("已签名，与草稿一字不差") } }
        val bundle = agency.exported(record)
        assertTrue(Regex(""""verdict":\s*"valid"""").containsMatchIn(agency.verified(bundle)))
        val journal = ZipFile(bundle).use { zip -> zip.getInputStream(zip.getEntry("records/$record/journal")).bufferedReader().readText() }
        assertTrue("the line names the draft, and not its words", Regex(""""kind":"written_statement".*"draft":\{"sha256":"[0-9a-f]{64}"""").containsMatchIn(journal) && !journal.contains("没电"))
        assertEquals("what was signed is offered no more", emptyList<Draft>(), drafts())
    }

    private fun drafts(): List<Draft> = (app.graph.records.drafts() as Answer.Of).value

    private fun recorded(): String {
        until("the first page") { isShown(R.id.start) }
        press(R.id.start)
        pass(3.0)
        val record = phone.running.record
        val service = startedService()
        wish(service, Wish.Stop)
        pass(11.0)
        idle()
        return record
    }
}
