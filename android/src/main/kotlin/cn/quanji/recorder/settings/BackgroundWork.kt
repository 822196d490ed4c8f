package cn.quanji.recorder.settings

/** What Android and the phone's maker let the app do while nobody looks at it. */
interface BackgroundWork {
    /** By Android's list, the only one that can be asked. */
    fun mayBePutToSleep(): Boolean

    /** Whether phones of this make put apps to sleep by a list of their own, beside Android's. */
    val hasMakersList: Boolean

    /** Opens the page on which the officer allows it: Android's list, or Android's page of the app. */
    fun openItsSettings()

    /** The maker's list, or what [openItsSettings] opens where this version of the maker's system has none. */
    fun openMakersList()
}
