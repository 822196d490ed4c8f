#pragma once
#include <bits/types.h>

BIONIC_BEGIN
void *memchr(const void *, int, size_t);
int memcmp(const void *, const void *, size_t);
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
char *strcat(char *, const char *);
char *strchr(const char *, int);
int strcmp(const char *, const char *);
char *strcpy(char *, const char *);
size_t strcspn(const char *, const char *);
char *strdup(const char *);
char *strerror(int);
size_t strlen(const char *);
int strncmp(const char *, const char *, size_t);
char *strncpy(char *, const char *, size_t);
char *strrchr(const char *, int);
size_t strspn(const char *, const char *);
char *strstr(const char *, const char *);
// The POSIX one. With _GNU_SOURCE bionic means another that returns the text; its symbol is __gnu_strerror_r.
#if defined(_GNU_SOURCE)
char *strerror_r(int, char *, size_t) __asm__("__gnu_strerror_r");
#else
int strerror_r(int, char *, size_t);
#endif
BIONIC_END
