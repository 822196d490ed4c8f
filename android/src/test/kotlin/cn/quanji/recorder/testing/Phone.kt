package cn.quanji.recorder.testing

import android.os.Bundle
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import cn.quanji.recorder.BackStack
import cn.quanji.recorder.MainActivity
import cn.quanji.recorder.R
import cn.quanji.recorder.Route
import cn.quanji.recorder.core.Answer
import cn.quanji.recorder.ui.PaneView
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController

/** A phone as small as they come, at one pixel a dp: a picture is what stands on it, and small. */
const val SMALL_PHONE = "w360dp-h780dp-mdpi"

val app: TestApp
    get() = RuntimeEnvironment.getApplication() as TestApp

/** The activity with [screen] in front, as Android brings it back. */
fun open(screen: Screen): ActivityController<MainActivity> {
    if (app.records.home == null) app.records.home = { Answer.Of(Samples.home) }
    screen.prepare(app)
    val phone = open(screen.route)
    screen.press?.let { phone.get().findViewById<View>(it).performClick() }
    settle(phone)
    screen.answer?.let { words -> shown(phone.get().findViewById(R.id.page)).first { it is Button && it.text == app.getString(words) }.performClick() }
    settle(phone)
    return phone
}

fun open(route: Route): ActivityController<MainActivity> {
    val saved = Bundle().apply { putStringArrayList("stack", BackStack.START.goTo(route).write()) }
    val controller = Robolectric.buildActivity(MainActivity::class.java).setup(saved)
    settle(controller)
    return controller
}

fun settle(controller: ActivityController<MainActivity>) {
    val main = shadowOf(controller.get().mainLooper)
    main.idle()
    // Robolectric makes no textures: the pane of a page comes when the page stands.
    controller.get().findViewById<PaneView>(R.id.pane)?.onCame(NoPane)
    main.idle()
}

/** Everything that is on the screen, in its order. */
fun shown(root: View): List<View> {
    if (root.visibility != View.VISIBLE) return emptyList()
    val children = (root as? ViewGroup)?.let { group -> (0 until group.childCount).flatMap { shown(group.getChildAt(it)) } }.orEmpty()
    return listOf(root) + children
}
