package cn.quanji.recorder.settings

/** What the phone's maker and Android let the app do while nobody looks at it. */
interface BackgroundWork {
    fun mayBePutToSleep(): Boolean

    /** Opens the page on which the officer allows it: the maker's own where there is one, else Android's. */
    fun openItsSettings()
}
