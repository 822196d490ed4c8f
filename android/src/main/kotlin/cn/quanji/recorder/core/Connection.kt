package cn.quanji.recorder.core

import kotlinx.coroutines.flow.StateFlow

/** How the phone is connected, as far as it matters for a film. */
enum class Network {
    None,

    /** Wi-Fi, or a SIM that the agency issued. */
    Free,

    /** The officer's own SIM, or a Wi-Fi that is paid for. */
    Paid,

    /** The designated storage. */
    Dock,
}

interface Connection {
    val network: StateFlow<Network>
}
