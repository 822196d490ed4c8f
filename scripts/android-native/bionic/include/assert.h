// No guard around the whole: assert.h may be included again with another NDEBUG.
#include <bits/types.h>

#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
BIONIC_BEGIN
void __assert2(const char *file, int line, const char *function, const char *condition) __attribute__((noreturn));
BIONIC_END
#define assert(condition) ((condition) ? (void)0 : __assert2(__FILE__, __LINE__, __func__, #condition))
#endif

#if !defined(__cplusplus) && !defined(static_assert)
#define static_assert _Static_assert
#endif
