package cn.quanji.recorder.telling

import cn.quanji.recorder.R
import cn.quanji.recorder.core.OpeningElement
import cn.quanji.recorder.core.Speech

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
    HeardShort(R.string.voice_heard_short, 0, 40, 80, 100, 80, 200),
    NotHeard(R.string.voice_not_heard, 0, 40, 80, 100, 80, 200, 80, 200),
    NotMeasured(R.string.voice_not_measured, 0, 40, 80, 100, 80, 40, 40, 40),
    AskTime(R.string.voice_ask_time),
    AskPlace(R.string.voice_ask_place),
    AskOfficers(R.string.voice_ask_officers),
    AskMatter(R.string.voice_ask_matter),
    AskParty(R.string.voice_ask_party),
    AskStages(R.string.voice_ask_stages),
    AskNotice(R.string.voice_ask_notice),
    AskNobodyPresent(R.string.voice_ask_nobody_present),
    UploadStopped(R.string.voice_upload_stopped, 0, 40, 80, 300),
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
    LeftThePlace(R.string.voice_left_the_place, 0, 30, 200, 30, 200, 30);

    companion object {
        /** What is missing of the opening, by its name. */
        fun asking(element: OpeningElement): Change =
            when (element) {
                OpeningElement.Time -> AskTime
                OpeningElement.Place -> AskPlace
                OpeningElement.Officers -> AskOfficers
                OpeningElement.Matter -> AskMatter
                OpeningElement.Party -> AskParty
                OpeningElement.Stages -> AskStages
                OpeningElement.Notice -> AskNotice
                OpeningElement.NobodyPresent -> AskNobodyPresent
            }

        /** That it is noted, and what was heard of it. */
        fun hearing(speech: Speech): Change =
            when (speech) {
                Speech.Detected -> Noted
                Speech.Short -> HeardShort
                Speech.NotDetected -> NotHeard
                Speech.NotMeasured -> NotMeasured
            }
    }
}
