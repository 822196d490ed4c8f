package cn.quanji.recorder.emergency

import android.app.Activity
import android.content.Intent
import android.os.Build
import android.os.Bundle
import android.os.UserManager
import android.view.KeyEvent
import android.view.WindowManager
import android.widget.TextView
import cn.quanji.recorder.HasAppGraph
import cn.quanji.recorder.MainActivity
import cn.quanji.recorder.NewerApi
import cn.quanji.recorder.Pages
import cn.quanji.recorder.R
import cn.quanji.recorder.Route
import cn.quanji.recorder.core.StartedBy
import cn.quanji.recorder.keys.toHands
import cn.quanji.recorder.permissionsToAsk
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel

/**
 * The emergency start, over the lock screen: records first and asks later.
 *
 * Before the first unlock after a start nothing is touched, the app's own graph included: what it needs lies in storage that is still closed.
 */
class EmergencyActivity : Activity() {
    private val graph by lazy { (application as HasAppGraph).graph }
    private var scope: CoroutineScope? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O_MR1) overLock() else @Suppress("DEPRECATION") window.addFlags(OVER_LOCK)
        if (!getSystemService(UserManager::class.java)!!.isUserUnlocked) return sayLocked()
        window.addFlags(WindowManager.LayoutParams.FLAG_SECURE or WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON)
        if (savedInstanceState == null) {
            graph.hands.begin(if (intent.action == SHORTCUT) StartedBy.Shortcut else StartedBy.Tile)
            permissionsToAsk().takeIf { it.isNotEmpty() }?.let { requestPermissions(it, 0) }
        }
        val scope = CoroutineScope(SupervisorJob() + graph.mainThread).also { this.scope = it }
        setContentView(Pages(graph, ::goTo, ::finish, pick = { false }).open(Route.Recording, this, scope).view)
    }

    override fun dispatchKeyEvent(event: KeyEvent): Boolean = event.toHands(graph.hands) || super.dispatchKeyEvent(event)

    override fun onDestroy() {
        scope?.cancel()
        super.onDestroy()
    }

    /** Every other page is behind the lock. */
    private fun goTo(route: Route) {
        if (route == Route.Recording) return
        startActivity(Intent(this, MainActivity::class.java))
        finish()
    }

    private fun sayLocked() {
        setContentView(R.layout.emergency_locked)
        findViewById<TextView>(R.id.emergency_locked).setText(R.string.emergency_locked)
    }

    @NewerApi
    private fun overLock() {
        setShowWhenLocked(true)
        setTurnScreenOn(true)
    }

    companion object {
        const val SHORTCUT = "cn.quanji.recorder.SHORTCUT"

        @Suppress("DEPRECATION")
        private const val OVER_LOCK = WindowManager.LayoutParams.FLAG_SHOW_WHEN_LOCKED or WindowManager.LayoutParams.FLAG_TURN_SCREEN_ON
    }
}
