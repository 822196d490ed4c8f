#pragma once
#include <bits/types.h>
#include <linux/fcntl.h>

BIONIC_BEGIN
int creat(const char *, mode_t);
int fcntl(int, int, ...);
int open(const char *, int, ...);
int openat(int, const char *, int, ...);
int posix_fallocate(int, off_t, off_t);
BIONIC_END

#ifndef O_ASYNC
#define O_ASYNC FASYNC
#endif
