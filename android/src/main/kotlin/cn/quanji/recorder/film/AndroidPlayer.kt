package cn.quanji.recorder.film

import android.media.MediaPlayer
import android.os.Handler
import android.os.Looper
import android.view.Surface
import cn.quanji.recorder.core.FilmBytes
import cn.quanji.recorder.core.Pane
import cn.quanji.recorder.core.TexturePane
import java.io.IOException

/** Android's own player over a stream out of the vault. */
class AndroidPlayer : Player {
    private val main = Handler(Looper.getMainLooper())
    private var player: MediaPlayer? = null
    private var surface: Surface? = null

    override fun play(bytes: FilmBytes, skippedMs: Long, pane: Pane, told: (PlayerSays) -> Unit) {
        close()
        val surface = Surface((pane as TexturePane).texture).also { this.surface = it }
        val player = MediaPlayer().also { this.player = it }
        player.setOnPreparedListener {
            it.start()
            tell(it, StreamClock(skippedMs), told)
        }
        player.setOnCompletionListener { told(PlayerSays.Over) }
        player.setOnErrorListener { _, _, _ ->
            told(PlayerSays.Failed)
            true
        }
        try {
            player.setSurface(surface)
            player.setDataSource(FilmSource(bytes))
            player.prepareAsync()
        } catch (_: IOException) {
            told(PlayerSays.Failed)
        } catch (_: IllegalArgumentException) {
            told(PlayerSays.Failed)
        } catch (_: IllegalStateException) {
            told(PlayerSays.Failed)
        }
    }

    override fun pause() = orNothing { it.pause() }

    override fun resume() = orNothing { it.start() }

    override fun close() {
        main.removeCallbacksAndMessages(null)
        player?.release()
        player = null
        surface?.release()
        surface = null
    }

    private fun tell(of: MediaPlayer, clock: StreamClock, told: (PlayerSays) -> Unit) {
        if (of !== player) return
        orNothing { if (it.isPlaying) told(PlayerSays.At(clock.ms(it.currentPosition.toLong()))) }
        main.postDelayed({ tell(of, clock, told) }, EVERY_MS)
    }

    /** A player that failed takes no orders, and has said so. */
    private fun orNothing(act: (MediaPlayer) -> Unit) {
        try {
            player?.let(act)
        } catch (_: IllegalStateException) {
            return
        }
    }

    private companion object {
        const val EVERY_MS = 500L
    }
}
