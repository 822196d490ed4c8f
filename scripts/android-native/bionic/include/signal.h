#pragma once
#include <bits/types.h>

typedef struct {
    unsigned long sig[1];
} sigset_t;

#define _NSIG 65
#define NSIG 65
#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2
