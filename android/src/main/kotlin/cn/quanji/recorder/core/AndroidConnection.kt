package cn.quanji.recorder.core

import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_METERED
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_ROAMING
import android.net.NetworkCapabilities.TRANSPORT_CELLULAR
import android.net.NetworkCapabilities.TRANSPORT_ETHERNET
import android.net.NetworkCapabilities.TRANSPORT_WIFI
import android.net.Network as OfAndroid
import android.os.Build
import cn.quanji.recorder.NewerApi
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/** What Android says of the network that it would use. */
class AndroidConnection(private val connectivity: ConnectivityManager) : Connection {
    // Asked for, not only heard: a job starts the process, and runs before the system has told of anything.
    private val now = MutableStateFlow(connectivity.activeNetwork?.let(::capabilities)?.let(::kind) ?: Network.None)
    override val network: StateFlow<Network> = now.asStateFlow()

    init {
        connectivity.registerDefaultNetworkCallback(object : ConnectivityManager.NetworkCallback() {
            override fun onCapabilitiesChanged(network: OfAndroid, capabilities: NetworkCapabilities) {
                now.value = kind(capabilities)
            }

            override fun onLost(network: OfAndroid) {
                now.value = Network.None
            }
        })
    }

    /** The process is bound: what a run still holds open ends with its network, and its next socket finds no other. */
    override fun over(network: Network, act: () -> Unit): Boolean {
        val bound = find(network) ?: return false
        if (!connectivity.bindProcessToNetwork(bound)) return false
        try {
            act()
        } finally {
            connectivity.bindProcessToNetwork(null)
        }
        return true
    }

    private fun find(network: Network): OfAndroid? =
        when (network) {
            Network.None -> null
            Network.Free, Network.Paid -> connectivity.activeNetwork?.takeIf { capabilities(it)?.let(::kind) == network }
            Network.Dock -> local()
        }

    /** The LAN or cable of a dock. Often it leads nowhere else, and is then not the one that Android would use. */
    @Suppress("DEPRECATION") // Its successor is a callback, and the officer stands at the dock now.
    private fun local(): OfAndroid? = connectivity.allNetworks.filter { capabilities(it)?.let(::isLocal) == true }.run { find { it != connectivity.activeNetwork } ?: firstOrNull() }

    private fun isLocal(of: NetworkCapabilities) = !of.hasTransport(TRANSPORT_CELLULAR) && (of.hasTransport(TRANSPORT_ETHERNET) || of.hasTransport(TRANSPORT_WIFI))

    private fun capabilities(of: OfAndroid): NetworkCapabilities? = connectivity.getNetworkCapabilities(of)

    private fun kind(of: NetworkCapabilities): Network {
        // Whoever pays for a SIM, a film does not go over it unasked, whatever its operator calls unlimited.
        val isFree = of.hasCapability(NET_CAPABILITY_NOT_METERED) && !of.hasTransport(TRANSPORT_CELLULAR) && !isRoaming(of)
        return if (isFree) Network.Free else Network.Paid
    }

    /** Before API 28 only a SIM roams. */
    private fun isRoaming(of: NetworkCapabilities) = Build.VERSION.SDK_INT >= Build.VERSION_CODES.P && roams(of)

    @NewerApi
    private fun roams(of: NetworkCapabilities) = !of.hasCapability(NET_CAPABILITY_NOT_ROAMING)
}
