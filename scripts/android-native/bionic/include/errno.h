#pragma once
#include <bits/types.h>
#include <linux/errno.h>

BIONIC_BEGIN
int *__errno(void) __attribute__((const));
BIONIC_END

#define errno (*__errno())
