package cn.quanji.recorder

/**
 * Marks code that calls the platform beyond API 26. The API check passes over it, so that it must ask for the version first, and stay small.
 */
@Retention(AnnotationRetention.BINARY)
@Target(AnnotationTarget.CLASS, AnnotationTarget.FUNCTION)
annotation class NewerApi
