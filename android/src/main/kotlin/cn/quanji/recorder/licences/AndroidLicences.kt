package cn.quanji.recorder.licences

import android.content.res.Resources
import cn.quanji.recorder.R

/** As they were packed. */
class AndroidLicences(private val resources: Resources) : Licences {
    override fun all(): List<Licence> = licencesIn(resources.openRawResource(R.raw.licences).bufferedReader().use { it.readText() })
}
