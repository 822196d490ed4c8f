package cn.quanji.recorder

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.content.res.Configuration
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import android.os.Parcelable
import android.util.SparseArray
import android.view.ContextThemeWrapper
import android.view.KeyEvent
import android.view.ViewGroup
import android.view.WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON
import android.view.WindowManager.LayoutParams.FLAG_SECURE
import android.widget.TextView
import cn.quanji.recorder.core.FolderWanted
import cn.quanji.recorder.keys.toHands
import cn.quanji.recorder.ui.Tone
import cn.quanji.recorder.ui.say
import cn.quanji.recorder.ui.showIf
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch

/** All pages, one at a time. */
class MainActivity : Activity() {
    private val graph by lazy { (application as HasAppGraph).graph }
    private val pages by lazy { Pages(graph, ::goTo, ::goBack, ::pick) }
    private val ofActivity by lazy { CoroutineScope(SupervisorJob() + graph.mainThread) }
    private val clock = Handler(Looper.getMainLooper())
    private var stack = BackStack.START
    private var ofPage: CoroutineScope? = null
    private var open: OpenPage? = null

    /** What was typed and how far was scrolled on the pages that are gone back to. */
    private val left = HashMap<Route, SparseArray<Parcelable>>()

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        setContentView(R.layout.main)
        stack = BackStack.read(savedInstanceState?.getStringArrayList(STACK))
        show()
        if (savedInstanceState == null) permissionsToAsk().takeIf { it.isNotEmpty() }?.let { requestPermissions(it, 0) }
        ofActivity.launch { graph.preferences.choices.collect { practice(it.isPractice) } }
    }

    override fun onResume() {
        super.onResume()
        tick()
    }

    override fun onPause() {
        clock.removeCallbacksAndMessages(null)
        super.onPause()
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putStringArrayList(STACK, stack.write())
    }

    override fun onDestroy() {
        ofPage?.cancel()
        ofActivity.cancel()
        super.onDestroy()
    }

    override fun dispatchKeyEvent(event: KeyEvent): Boolean = event.toHands(graph.hands) || super.dispatchKeyEvent(event)

    @Deprecated("Its successor needs API 33.")
    override fun onBackPressed() = goBack()

    /** The system's own page, which alone sees what is picked from. */
    private fun pick(wanted: FolderWanted): Boolean =
        try {
            @Suppress("DEPRECATION") // Its successor is of a library that this app is built without.
            startActivityForResult(Intent(Intent.ACTION_OPEN_DOCUMENT_TREE), PICK + wanted.ordinal)
            true
        } catch (_: ActivityNotFoundException) {
            false
        }

    @Deprecated("Its successor is of a library that this app is built without.")
    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        val wanted = FolderWanted.entries.getOrNull(request - PICK) ?: return
        // The page that asked looks when it comes to the front, which is next.
        if (result == RESULT_OK) data?.data?.let { graph.pickedFolder.bring(wanted, it.toString()) }
    }

    internal fun goTo(route: Route) = become(stack.goTo(route))

    private fun goBack() {
        val before = stack.back()
        if (before == null) finish() else become(before)
    }

    private fun become(next: BackStack) {
        if (next == stack) return
        open?.let { left[stack.top] = SparseArray<Parcelable>().also(it.view::saveHierarchyState) }
        left.keys.retainAll(next.routes.toSet())
        stack = next
        show()
        left[stack.top]?.let { open!!.view.restoreHierarchyState(it) }
        open!!.looked()
    }

    private fun show() {
        ofPage?.cancel()
        val scope = CoroutineScope(SupervisorJob() + graph.mainThread).also { ofPage = it }
        val route = stack.top
        val context = contextFor(route)
        val page = pages.open(route, context, scope).also { open = it }
        val room = findViewById<ViewGroup>(R.id.page)
        room.removeAllViews()
        room.addView(page.view)
        window.decorView.setBackgroundColor(context.getColor(R.color.page))
        window.statusBarColor = context.getColor(R.color.page)
        window.navigationBarColor = context.getColor(R.color.page)
        flag(FLAG_SECURE, route.isPrivate)
        flag(FLAG_KEEP_SCREEN_ON, route == Route.Recording)
    }

    /** Recording is dark whatever the phone is, unless the officer chose light for full sun. */
    private fun contextFor(route: Route): Context {
        if (route != Route.Recording) return this
        val night = if (graph.preferences.choices.value.isRecordingLight) Configuration.UI_MODE_NIGHT_NO else Configuration.UI_MODE_NIGHT_YES
        val configuration = Configuration(resources.configuration)
        configuration.uiMode = configuration.uiMode and Configuration.UI_MODE_NIGHT_MASK.inv() or night
        return ContextThemeWrapper(this, R.style.Quanji).also { it.applyOverrideConfiguration(configuration) }
    }

    private fun practice(isOn: Boolean) {
        val banner = findViewById<TextView>(R.id.practice_banner)
        banner.showIf(isOn)
        banner.say(getString(R.string.practice_banner), Tone.Practice)
    }

    /** Times are said from now: every half minute they are said anew. */
    private fun tick() {
        open?.looked?.invoke()
        clock.postDelayed(::tick, TICK_MS)
    }

    private fun flag(flag: Int, isSet: Boolean) = window.setFlags(if (isSet) flag else 0, flag)

    private companion object {
        const val STACK = "stack"
        const val PICK = 100
        const val TICK_MS = 30_000L
    }
}
