#pragma once
#include <bits/types.h>

struct timezone;

BIONIC_BEGIN
int gettimeofday(struct timeval *, struct timezone *);
int utimes(const char *, const struct timeval *);
BIONIC_END
