#pragma once
#include <bits/types.h>
#include <linux/ioctl.h>

BIONIC_BEGIN
int ioctl(int, int, ...);
BIONIC_END
