#pragma once
#include <bits/types.h>

BIONIC_BEGIN
unsigned long getauxval(unsigned long);
BIONIC_END
