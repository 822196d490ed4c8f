// Compiled, never linked: the sizes and places that bionic's 64-bit ABI publishes, against the headers beside this.

#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>

#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type)
#define PLACE(type, field, bytes) _Static_assert(offsetof(type, field) == (bytes), #type "." #field)

SIZE(long, 8);
SIZE(void *, 8);
SIZE(off_t, 8);
SIZE(time_t, 8);
SIZE(struct timespec, 16);
SIZE(struct timeval, 16);
SIZE(pthread_t, 8);
SIZE(pthread_key_t, 4);
SIZE(pthread_once_t, 4);
SIZE(pthread_mutexattr_t, 8);
SIZE(pthread_mutex_t, 40);
SIZE(pthread_rwlock_t, 56);
SIZE(pthread_attr_t, 56);
PLACE(pthread_attr_t, stack_size, 16);

SIZE(struct stat, 128);
PLACE(struct stat, st_mode, 16);
PLACE(struct stat, st_nlink, 20);
PLACE(struct stat, st_rdev, 32);
PLACE(struct stat, st_size, 48);
PLACE(struct stat, st_blksize, 56);
PLACE(struct stat, st_blocks, 64);
PLACE(struct stat, st_mtim, 88);

SIZE(struct tm, 56);
PLACE(struct tm, tm_gmtoff, 40);
SIZE(struct dl_phdr_info, 64);
PLACE(struct dl_phdr_info, dlpi_phnum, 24);
PLACE(struct dl_phdr_info, dlpi_adds, 32);

// SQLite locks with this one: the kernel's, 32 bytes on 64-bit.
SIZE(struct flock, 32);
PLACE(struct flock, l_start, 8);
PLACE(struct flock, l_pid, 24);
