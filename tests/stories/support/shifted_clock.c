/* A wall clock that is set while a program runs: seconds from a file are added to what the machine's clock says. Preloaded. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *shift_s(void) {
    static volatile int64_t *shared;
    if (!shared) {
        int file = open(getenv("QUANJI_STORY_SHIFT"), O_RDONLY | O_CLOEXEC);
        void *map = mmap(NULL, sizeof *shared, PROT_READ, MAP_SHARED, file, 0);
        close(file);
        if (map == MAP_FAILED) abort();
        shared = map;
    }
    return shared;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    if (!failed && clock == CLOCK_REALTIME) now->tv_sec += *shift_s();
    return failed;
}
