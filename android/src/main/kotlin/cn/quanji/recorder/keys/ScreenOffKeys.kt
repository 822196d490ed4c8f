package cn.quanji.recorder.keys

import android.content.Context
import android.content.Intent
import android.media.VolumeProvider
import android.media.session.MediaSession
import android.media.session.PlaybackState
import android.view.KeyEvent
import cn.quanji.recorder.capture.Lane
import cn.quanji.recorder.core.Key

/**
 * Keys while the screen is off or another app is in front: a media session whose volume is ours.
 *
 * It exists while something is recorded, so keys cannot start a recording with the screen off; for that are tile and shortcut. Whether a shutter's key
 * reaches a session that is not in front is each phone's own; volume keys and the headset's do.
 */
class ScreenOffKeys(context: Context, lane: Lane, private val tell: (Key, isDown: Boolean) -> Unit) {
    private val held = HeldVolume(lane, tell)
    private val session = MediaSession(context, "keys")

    init {
        session.setCallback(object : MediaSession.Callback() {
            override fun onMediaButtonEvent(button: Intent): Boolean {
                @Suppress("DEPRECATION") // Its successor needs API 33.
                val event = button.getParcelableExtra<KeyEvent>(Intent.EXTRA_KEY_EVENT) ?: return false
                val key = keyOf(event.keyCode) ?: return false
                tell(key, event.action == KeyEvent.ACTION_DOWN)
                return true
            }
        })
        session.setPlaybackState(PlaybackState.Builder().setState(PlaybackState.STATE_PLAYING, 0, 1f).setActions(PlaybackState.ACTION_PLAY_PAUSE).build())
        session.setPlaybackToRemote(object : VolumeProvider(VOLUME_CONTROL_RELATIVE, 2, 1) {
            override fun onAdjustVolume(direction: Int) = held.onStep(direction)
        })
        session.isActive = true
    }

    fun release() = session.release()
}
