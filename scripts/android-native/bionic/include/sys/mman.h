#pragma once
#include <bits/types.h>
#include <linux/mman.h>

#define MAP_FAILED ((void *)-1)

BIONIC_BEGIN
void *mmap(void *, size_t, int, int, int, off_t);
int mprotect(void *, size_t, int);
void *mremap(void *, size_t, size_t, int, ...);
int msync(void *, size_t, int);
int munmap(void *, size_t);
BIONIC_END
