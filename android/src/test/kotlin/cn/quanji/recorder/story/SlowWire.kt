package cn.quanji.recorder.story

import java.io.Closeable
import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import kotlin.concurrent.thread

/** A wire to the agency that takes so many bytes and then stands still, until more are allowed. What the agency says always comes through. */
class SlowWire(private val to: Int) : Closeable {
    private val listening = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    private val lock = Object()
    private var leftBytes = Long.MAX_VALUE
    val port: Int
        get() = listening.localPort

    /** What the phone said in all. */
    @Volatile
    var carriedBytes = 0L
        private set

    /** Whether something was held back since it was last allowed. */
    @Volatile
    var isHolding = false
        private set

    init {
        thread(isDaemon = true) { quietly { while (true) listening.accept().let { thread(isDaemon = true) { quietly { carry(it) } } } } }
    }

    fun allow(bytes: Long) = synchronized(lock) {
        leftBytes = bytes
        isHolding = false
        lock.notifyAll()
    }

    override fun close() = listening.close()

    private fun carry(phone: Socket) = phone.use {
        Socket(InetAddress.getLoopbackAddress(), to).use { agency ->
            thread(isDaemon = true) {
                quietly { agency.getInputStream().copyTo(phone.getOutputStream()) }
                phone.close()
            }
            val bytes = ByteArray(PIECE)
            while (true) {
                val count = phone.getInputStream().read(bytes)
                if (count < 0) break
                take(count)
                agency.getOutputStream().write(bytes, 0, count)
            }
        }
    }

    private fun take(bytes: Int) = synchronized(lock) {
        while (leftBytes < bytes) {
            isHolding = true
            lock.wait()
        }
        leftBytes -= bytes
        carriedBytes += bytes
    }

    private fun quietly(act: () -> Unit) =
        try {
            act()
        } catch (_: IOException) {
            // One side has gone: so has the connection.
        }

    private companion object {
        const val PIECE = 4096
    }
}
