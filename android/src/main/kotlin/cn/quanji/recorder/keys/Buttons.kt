package cn.quanji.recorder.keys

import android.view.KeyEvent
import cn.quanji.recorder.core.Key

/** Which of the phone's buttons is which of ours; null is none. Bluetooth shutters send one of these too. */
fun keyOf(keyCode: Int): Key? =
    when (keyCode) {
        KeyEvent.KEYCODE_VOLUME_UP -> Key.VolumeUp
        KeyEvent.KEYCODE_VOLUME_DOWN -> Key.VolumeDown
        KeyEvent.KEYCODE_HEADSETHOOK, KeyEvent.KEYCODE_MEDIA_PLAY_PAUSE -> Key.Headset
        KeyEvent.KEYCODE_CAMERA, KeyEvent.KEYCODE_ENTER -> Key.Shutter
        else -> null
    }
