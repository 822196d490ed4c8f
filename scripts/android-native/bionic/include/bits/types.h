// Declarations of Android's C library (bionic) as a 64-bit program of API 26 sees them: only what SQLite, ring and libunwind use.
// Written by hand; not a C library. A wrong size here is a wrong program: layout.c above this folder
// holds each structure to the size and the places of its fields in the published ABI.
#ifndef QUANJI_BIONIC_TYPES_H
#define QUANJI_BIONIC_TYPES_H

#if !defined(__ANDROID__) || !defined(__aarch64__)
#error "these headers describe arm64 Android only"
#endif

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define BIONIC_BEGIN extern "C" {
#define BIONIC_END }
#define restrict __restrict
#else
#define BIONIC_BEGIN
#define BIONIC_END
#endif

typedef long ssize_t;
typedef int64_t off_t;
typedef int64_t off64_t;
typedef uint64_t dev_t;
typedef uint64_t ino_t;
typedef uint32_t mode_t;
typedef uint32_t nlink_t;
typedef uint32_t uid_t;
typedef uint32_t gid_t;
typedef int32_t pid_t;
typedef int64_t time_t;
typedef int64_t suseconds_t;
typedef uint32_t useconds_t;
typedef int32_t clockid_t;
typedef long blkcnt_t;

struct timespec {
    time_t tv_sec;
    long tv_nsec;
};

struct timeval {
    time_t tv_sec;
    suseconds_t tv_usec;
};

#endif
