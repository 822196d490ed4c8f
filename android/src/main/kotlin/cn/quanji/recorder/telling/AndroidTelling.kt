package cn.quanji.recorder.telling

import android.content.Context
import android.media.AudioAttributes
import android.media.AudioManager
import android.media.ToneGenerator
import android.os.VibrationEffect
import android.os.Vibrator
import android.speech.tts.TextToSpeech
import cn.quanji.recorder.core.Preferences

/** By vibration, and by the phone's voice. A phone without an engine for the language gives a tone instead: something was said, and the screen says what. */
class AndroidTelling(private val context: Context, private val preferences: Preferences) : Telling {
    private val vibrator = context.getSystemService(Vibrator::class.java)!!
    @Volatile private var canSpeak = false
    private val voice by lazy { TextToSpeech(context) { status -> if (status == TextToSpeech.SUCCESS) prepare() } }
    private val tone by lazy { ToneGenerator(AudioManager.STREAM_MUSIC, TONE_VOLUME) }

    override fun tell(change: Change) {
        val choices = preferences.choices.value
        if (choices.vibrates && change.pattern.isNotEmpty()) vibrator.vibrate(VibrationEffect.createWaveform(change.pattern, ONCE))
        if (choices.speaks && change.words != null) say(context.getString(change.words))
    }

    private fun say(words: String) {
        val voice = voice
        if (canSpeak) voice.speak(words, TextToSpeech.QUEUE_ADD, null, words) else tone.startTone(ToneGenerator.TONE_PROP_ACK)
    }

    private fun prepare() {
        val locale = context.resources.configuration.locales[0]
        voice.setAudioAttributes(AudioAttributes.Builder().setUsage(AudioAttributes.USAGE_ASSISTANCE_ACCESSIBILITY).setContentType(AudioAttributes.CONTENT_TYPE_SPEECH).build())
        canSpeak = voice.setLanguage(locale) >= TextToSpeech.LANG_AVAILABLE
    }

    private companion object {
        const val ONCE = -1
        const val TONE_VOLUME = 80
    }
}
