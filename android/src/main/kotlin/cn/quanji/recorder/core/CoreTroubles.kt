package cn.quanji.recorder.core

import cn.quanji.core.CoreException
import cn.quanji.core.OpenException

/** Runs what the core may refuse, and says why not in the app's words. */
internal inline fun <T> answer(ask: () -> T): Answer<T> =
    try {
        Answer.Of(ask())
    } catch (refused: CoreException) {
        Answer.Not(refused.asTrouble())
    } catch (_: IllegalStateException) {
        // The bindings' word for a core that was closed under the call: practice began or ended. Asked again, the other one answers.
        Answer.Not(Trouble.Busy)
    }

internal fun CoreException.asTrouble(): Trouble =
    when (this) {
        is CoreException.DiskFull -> Trouble.DiskFull
        is CoreException.Busy -> Trouble.Busy
        is CoreException.Refused, is CoreException.BelongsToANewRecord, is CoreException.NotRecording -> Trouble.NotNow
        is CoreException.JournalDamaged -> Trouble.JournalDamaged(line.toLong())
        is CoreException.RecordKeyGone -> Trouble.KeysGone
        is CoreException.TooLong -> Trouble.TooLong
        is CoreException.GroupLost -> Trouble.Defect("group_lost")
        is CoreException.NoSuchRecord -> Trouble.Defect("no_such_record")
        is CoreException.NotOfItsShape -> Trouble.Defect("shape_$what")
        is CoreException.Freed -> Trouble.Freed
        is CoreException.Lost -> Trouble.Defect("lost")
        is CoreException.Keys -> Trouble.Defect("keys")
        is CoreException.Bug -> Trouble.Defect(defect.name.lowercase())
    }

internal fun OpenException.asTrouble(): Trouble =
    when (this) {
        is OpenException.InUse -> Trouble.Busy
        is OpenException.Locked -> Trouble.Locked
        is OpenException.KeysInvalidated, is OpenException.SecretGone -> Trouble.KeysGone
        is OpenException.SecretDamaged -> Trouble.Defect("secret_damaged")
        is OpenException.Keys -> Trouble.Defect("keys")
        is OpenException.Disk -> Trouble.Defect("disk")
        is OpenException.NotOfItsShape -> Trouble.Defect("shape_$what")
        is OpenException.Bug -> Trouble.Defect(defect.name.lowercase())
    }
