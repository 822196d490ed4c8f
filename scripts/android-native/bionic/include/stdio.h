#pragma once
#include <bits/types.h>
#include <stdarg.h>

#define BUFSIZ 1024
#define EOF (-1)
#define FILENAME_MAX 4096

struct __sFILE;
typedef struct __sFILE FILE;

BIONIC_BEGIN
// Variables of that name since API 23; before, macros over an array.
extern FILE *stdin;
extern FILE *stdout;
extern FILE *stderr;
int fclose(FILE *);
int fflush(FILE *);
FILE *fopen(const char *, const char *);
int fprintf(FILE *, const char *, ...);
int printf(const char *, ...);
int remove(const char *);
int rename(const char *, const char *);
int snprintf(char *, size_t, const char *, ...);
int vfprintf(FILE *, const char *, va_list);
BIONIC_END
