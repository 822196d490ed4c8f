package cn.quanji.recorder.reminders

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import cn.quanji.recorder.HasAppGraph
import cn.quanji.recorder.core.Answer
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch

/** The alarm's, and the phone's start, which forgets alarms. Either way what is owed is asked of the core anew. */
class ReminderReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        val graph = (context.applicationContext as HasAppGraph).graph
        val pending: PendingResult? = goAsync()
        CoroutineScope(graph.worker).launch {
            val home = if (graph.preferences.choices.value.isPractice) null else graph.records.home() as? Answer.Of
            if (home == null) graph.reminders.lookLater() else graph.reminders.follow(home.value.records)
            pending?.finish()
        }
    }
}
