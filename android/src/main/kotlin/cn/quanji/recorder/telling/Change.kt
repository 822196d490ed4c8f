package cn.quanji.recorder.telling

import cn.quanji.recorder.R

/**
 * Every change of state that is told without a screen: what is said, and how it feels. No two that matter feel alike.
 *
 * [pattern] is in ms: rest, vibrate, rest, vibrate… What is said is heard in the film too, and is meant to be: it is part of the scene.
 */
enum class Change(val words: Int?, vararg val pattern: Long) {
    Started(R.string.voice_started, 0, 400),
    OpeningAsked(R.string.voice_opening),
    Ended(R.string.voice_ended, 0, 400, 150, 400),
    NotStarted(R.string.voice_not_started, 0, 90, 70, 90, 70, 90, 70, 90, 70, 90),
    Broken(R.string.voice_broken, 0, 900, 150, 900, 150, 900),
    StopBegins(R.string.voice_stop_begins, 0, 150, 100, 150, 100, 150),
    StopTakenBack(R.string.voice_stop_taken_back, 0, 150, 100, 400),
    Unlocked(null, 0, 60, 60, 60),
    Locked(null, 0, 60),
    Marked(R.string.voice_marked, 0, 100),
    PhotoTaken(R.string.voice_photo, 0, 100, 80, 40),
    NoPhoto(R.string.voice_no_photo, 0, 40, 40, 40, 40, 300),
    Noted(R.string.voice_noted, 0, 40, 80, 100),
    NotNoted(R.string.voice_not_noted, 0, 300, 80, 40, 40, 40),
    SoundLost(R.string.voice_sound_lost, 0, 700, 150, 100),
    SoundBack(R.string.voice_sound_back, 0, 100, 100, 700),
    PictureLost(R.string.voice_picture_lost, 0, 700, 150, 100, 100, 100),
    PictureBack(R.string.voice_picture_back, 0, 100, 100, 100, 100, 700),
    Interrupted(R.string.voice_interrupted, 0, 700, 150, 700),
    GoesOn(R.string.voice_goes_on, 0, 700, 100, 60),
    BecameSoundOnly(R.string.voice_sound_only, 0, 250, 250, 250),
    BecameHd(R.string.voice_hd, 0, 250, 250, 100),
    BecameFullHd(R.string.voice_full_hd, 0, 100, 250, 250),
    Muffled(R.string.voice_muffled, 0, 500, 100, 50),
    LensDark(R.string.voice_lens_dark, 0, 500, 100, 50, 50, 50),
    LensCovered(R.string.voice_lens_covered, 0, 500, 100, 50, 50, 50, 50, 50),
    UpsideDown(R.string.voice_upside_down, 0, 50, 100, 500),
    SpaceLow(R.string.voice_space_low, 0, 200, 200, 50),
    BatteryLow(R.string.voice_battery_low, 0, 200, 200, 50, 50, 50),
    Hot(R.string.voice_hot, 0, 50, 50, 200),
    Still(R.string.voice_still, 0, 30, 200, 30),
    LeftThePlace(R.string.voice_left_the_place, 0, 30, 200, 30, 200, 30),
}
