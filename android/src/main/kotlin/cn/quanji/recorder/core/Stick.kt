package cn.quanji.recorder.core

import java.io.IOException

/** A folder outside the phone's own storage that the officer chose: on a disk or stick. It can be pulled out at any instant; then each call throws [StickException]. */
interface Stick {
    /** A new file, empty. */
    fun create(name: String): StickFile

    /** Names of the files that lie in it. */
    fun names(): List<String>

    /** At most [most] bytes of a file. */
    fun read(name: String, most: Int): ByteArray
}

/** A file that is being written. */
interface StickFile {
    fun write(bytes: ByteArray)

    fun seek(toBytes: Long)

    /** All that was written is on the medium when this returns. */
    fun sync()

    /** It is whole, and gets its name. */
    fun keepAs(name: String)

    /** It is not, and goes; where the medium is gone, it stays under the name that says so. */
    fun remove()
}

class StickException(val fault: StickFault, cause: Throwable?) : IOException(cause)

enum class StickFault {
    Full,

    /** Larger than a file of this medium may be. */
    TooLarge,

    /** Pulled out, or it takes nothing. */
    Gone,
}

/** Opens a folder that the system's picker named. */
fun interface Sticks {
    fun at(folder: String): Stick
}

/** What a folder is picked for. */
enum class FolderWanted { ToWrite, ToRead }

/** A folder that was picked, until the page that asked takes it. */
class PickedFolder {
    private var waiting: Pair<FolderWanted, String>? = null

    @Synchronized
    fun bring(wanted: FolderWanted, folder: String) {
        waiting = wanted to folder
    }

    /** Null where none waits. */
    @Synchronized
    fun take(): Pair<FolderWanted, String>? = waiting.also { waiting = null }
}
