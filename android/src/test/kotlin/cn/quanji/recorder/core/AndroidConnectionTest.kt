package cn.quanji.recorder.core

import android.app.Application
import android.net.ConnectivityManager
import android.net.Network as OfAndroid
import android.net.NetworkCapabilities
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_METERED
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_ROAMING
import android.net.NetworkCapabilities.TRANSPORT_CELLULAR
import android.net.NetworkCapabilities.TRANSPORT_VPN
import android.net.NetworkCapabilities.TRANSPORT_WIFI
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowNetworkCapabilities

@RunWith(RobolectricTestRunner::class)
@Config(application = Application::class)
class AndroidConnectionTest {
    private val connectivity = RuntimeEnvironment.getApplication().getSystemService(ConnectivityManager::class.java)
    private val active: OfAndroid get() = connectivity.activeNetwork!!

    @Test
    fun `only what is no SIM's and costs nothing is free`() {
        val free = intArrayOf(NET_CAPABILITY_NOT_METERED, NET_CAPABILITY_NOT_ROAMING)
        for ((network, expected) in listOf(
            capabilities(TRANSPORT_WIFI, has = free) to Network.Free,
            capabilities(TRANSPORT_WIFI, has = intArrayOf(NET_CAPABILITY_NOT_ROAMING)) to Network.Paid,
            capabilities(TRANSPORT_WIFI, has = intArrayOf(NET_CAPABILITY_NOT_METERED)) to Network.Paid,
            // Whatever its operator calls unlimited.
            capabilities(TRANSPORT_CELLULAR, has = free) to Network.Paid,
            capabilities(TRANSPORT_VPN, TRANSPORT_CELLULAR, has = free) to Network.Paid,
            capabilities(TRANSPORT_VPN, TRANSPORT_WIFI, has = free) to Network.Free,
        )) {
            shadowOf(connectivity).setNetworkCapabilities(active, network)
            assertEquals("$network", expected, AndroidConnection(connectivity).network.value)
        }
    }

    @Test
    fun `a process that a job has just started knows its network before it is told`() {
        shadowOf(connectivity).setNetworkCapabilities(active, capabilities(TRANSPORT_CELLULAR, has = intArrayOf()))
        assertEquals(Network.Paid, AndroidConnection(connectivity).network.value)
        shadowOf(connectivity).setActiveNetworkInfo(null)
        assertEquals(Network.None, AndroidConnection(connectivity).network.value)
    }

    @Test
    fun `what is sent is bound to the network it is meant for, and to nothing after`() {
        shadowOf(connectivity).setNetworkCapabilities(active, capabilities(TRANSPORT_WIFI, has = intArrayOf(NET_CAPABILITY_NOT_METERED, NET_CAPABILITY_NOT_ROAMING)))
        var bound: OfAndroid? = null
        assertTrue(AndroidConnection(connectivity).over(Network.Free) { bound = connectivity.boundNetworkForProcess })
        assertEquals(active, bound)
        assertNull(connectivity.boundNetworkForProcess)
    }

    @Test
    fun `what is meant for a free network is not sent over a paid one`() {
        shadowOf(connectivity).setNetworkCapabilities(active, capabilities(TRANSPORT_CELLULAR, has = intArrayOf()))
        assertFalse(AndroidConnection(connectivity).over(Network.Free) { error("it was sent") })
    }

    @Test
    fun `a SIM is no dock, whatever button is pressed`() {
        for (network in connectivity.allNetworks) shadowOf(connectivity).setNetworkCapabilities(network, capabilities(TRANSPORT_CELLULAR, has = intArrayOf()))
        assertFalse(AndroidConnection(connectivity).over(Network.Dock) { error("it was sent") })
        shadowOf(connectivity).setNetworkCapabilities(connectivity.allNetworks.last(), capabilities(TRANSPORT_WIFI, has = intArrayOf()))
        var bound: OfAndroid? = null
        assertTrue(AndroidConnection(connectivity).over(Network.Dock) { bound = connectivity.boundNetworkForProcess })
        assertEquals(connectivity.allNetworks.last(), bound)
    }

    private fun capabilities(vararg transports: Int, has: IntArray): NetworkCapabilities {
        val capabilities = ShadowNetworkCapabilities.newInstance()
        for (transport in transports) shadowOf(capabilities).addTransportType(transport)
        for (capability in listOf(NET_CAPABILITY_NOT_METERED, NET_CAPABILITY_NOT_ROAMING)) shadowOf(capabilities).removeCapability(capability)
        for (capability in has) shadowOf(capabilities).addCapability(capability)
        return capabilities
    }
}
