package cn.quanji.recorder.core

/** What a code is scanned for. */
enum class CodeWanted {
    /** An agency's invitation to this phone. */
    Invitation,

    /** The card of another phone's activity (执法活动). */
    Activity,

    /** The address of a designated storage. */
    Dock,
}
