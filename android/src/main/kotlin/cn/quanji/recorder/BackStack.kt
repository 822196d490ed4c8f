package cn.quanji.recorder

/** Where the officer is, and the way back. The first is always home. */
data class BackStack(val routes: List<Route>) {
    val top: Route
        get() = routes.last()

    fun goTo(route: Route): BackStack =
        when (route) {
            Route.Home -> START
            // What is over is not gone back to.
            is Route.LastPage -> BackStack(listOf(Route.Home, route))
            else -> if (route == top) this else BackStack(routes + route)
        }

    /** Null where back leaves the app. */
    fun back(): BackStack? = if (routes.size == 1) null else BackStack(routes.dropLast(1))

    fun write(): ArrayList<String> = routes.mapTo(ArrayList(), Route::write)

    companion object {
        val START = BackStack(listOf(Route.Home))

        /** A route of another version is left out. */
        fun read(texts: List<String>?): BackStack = texts.orEmpty().mapNotNull(Route::read).takeIf { it.firstOrNull() == Route.Home }?.let(::BackStack) ?: START
    }
}
