#pragma once
#include <asm/unistd.h>

#define SYS_getrandom __NR_getrandom
#define SYS_rt_sigprocmask __NR_rt_sigprocmask
