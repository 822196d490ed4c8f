package cn.quanji.recorder.core

import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_METERED
import android.net.Network as OfAndroid
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/** What Android says of the network that it would use. */
class AndroidConnection(connectivity: ConnectivityManager) : Connection {
    private val now = MutableStateFlow(Network.None)
    override val network: StateFlow<Network> = now.asStateFlow()

    init {
        connectivity.registerDefaultNetworkCallback(object : ConnectivityManager.NetworkCallback() {
            override fun onCapabilitiesChanged(network: OfAndroid, capabilities: NetworkCapabilities) {
                now.value = if (capabilities.hasCapability(NET_CAPABILITY_NOT_METERED)) Network.Free else Network.Paid
            }

            override fun onLost(network: OfAndroid) {
                now.value = Network.None
            }
        })
    }
}
