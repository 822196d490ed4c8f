#pragma once
#include <bits/types.h>

BIONIC_BEGIN
void abort(void) __attribute__((noreturn));
int abs(int);
int atoi(const char *);
void *calloc(size_t, size_t);
void exit(int) __attribute__((noreturn));
void free(void *);
char *getenv(const char *);
void *malloc(size_t);
void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
void *realloc(void *, size_t);
double strtod(const char *, char **);
long strtol(const char *, char **, int);
int system(const char *);
BIONIC_END
