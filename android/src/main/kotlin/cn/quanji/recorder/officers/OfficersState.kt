package cn.quanji.recorder.officers

import cn.quanji.recorder.core.Officer

/** Whom this phone remembers, and who is being added: the keyboard is here, and not at the scene. */
data class OfficersState(val officers: List<Officer>, val name: String, val certificate: String, val isNotKept: Boolean) {
    val isWritten: Boolean
        get() = name.isNotBlank() && certificate.isNotBlank()
}

sealed interface OfficersEvent {
    data object Looked : OfficersEvent

    data class NameTyped(val name: String) : OfficersEvent

    data class CertificateTyped(val certificate: String) : OfficersEvent

    data object Add : OfficersEvent

    data class Remove(val officer: Officer) : OfficersEvent
}
