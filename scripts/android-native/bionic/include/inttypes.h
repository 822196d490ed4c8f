#pragma once
#include <stdint.h>

// On LP64 every 64-bit and pointer-sized type is a long.
#define PRId32 "d"
#define PRIu32 "u"
#define PRIx32 "x"
#define PRId64 "ld"
#define PRIi64 "li"
#define PRIu64 "lu"
#define PRIx64 "lx"
#define PRIX64 "lX"
#define PRIdPTR "ld"
#define PRIuPTR "lu"
#define PRIxPTR "lx"
#define PRIXPTR "lX"
#define PRIx8 "x"
#define PRIu8 "u"
#define PRIx16 "x"
#define PRIu16 "u"
