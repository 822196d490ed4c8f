package cn.quanji.recorder.core

import kotlinx.coroutines.flow.StateFlow

/** How the phone is connected, as far as it matters for a film. */
enum class Network {
    None,

    /** A network that costs nobody anything, and is no SIM's. */
    Free,

    /** A SIM's, as the phone cannot tell the officer's own from the agency's, or any that is paid for. */
    Paid,

    /** The designated storage. */
    Dock,
}

interface Connection {
    val network: StateFlow<Network>

    /**
     * Runs [act], whose bytes go over a network of that kind and over no other, even when the phone changes to one meanwhile.
     * False where the phone has none.
     */
    fun over(network: Network, act: () -> Unit): Boolean
}
