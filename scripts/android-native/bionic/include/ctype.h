#pragma once
#include <bits/types.h>

BIONIC_BEGIN
int isalnum(int);
int isalpha(int);
int isdigit(int);
int isprint(int);
int isspace(int);
int isxdigit(int);
int tolower(int);
int toupper(int);
BIONIC_END
