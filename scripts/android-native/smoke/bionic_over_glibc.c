// For the smoke run alone: what Android's C library means by the names the core asks for, on top of glibc for arm64, so that the library
// can run under qemu. Only what differs between the two is here; the rest is glibc's own. It proves nothing about bionic.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

extern int *__errno_location(void);
extern int __xpg_strerror_r(int, char *, size_t);
extern void *dlsym(void *, const char *);
extern int gettid(void);
extern int sched_yield(void);

#define NEXT ((void *)-1L)
#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type)

int *__errno(void) { return __errno_location(); }

// A phone that says nothing of itself.
int __system_property_get(const char *name, char *value) {
    (void)name;
    *value = 0;
    return 0;
}

// glibc's own returns the text.
int strerror_r(int number, char *text, size_t size) { return __xpg_strerror_r(number, text, size); }

// The numbers of bionic; the names behind them are glibc's.
long sysconf(int name) {
    static long (*next)(int);
    if (!next) next = (long (*)(int))dlsym(NEXT, "sysconf");
    switch (name) {
    case 0x27: // _SC_PAGESIZE
    case 0x28:
        return next(30);
    case 0x60: // _SC_NPROCESSORS_CONF
        return next(83);
    case 0x61: // _SC_NPROCESSORS_ONLN
        return next(84);
    default:
        return next(name);
    }
}

// A mutex of bionic's size, as a spin lock.
typedef struct {
    int locked;
    int owner;
    int times;
    int type;
    int unused[6];
} mutex;
SIZE(mutex, 40);

enum { RECURSIVE = 1, BUSY = 16 };

int pthread_mutexattr_init(long *attributes) {
    *attributes = 0;
    return 0;
}

int pthread_mutexattr_settype(long *attributes, int type) {
    *attributes = type;
    return 0;
}

int pthread_mutexattr_destroy(long *attributes) {
    *attributes = -1;
    return 0;
}

int pthread_mutex_init(mutex *m, const long *attributes) {
    memset(m, 0, sizeof *m);
    m->type = attributes ? (int)*attributes : 0;
    return 0;
}

int pthread_mutex_destroy(mutex *m) {
    m->locked = 0;
    return 0;
}

int pthread_mutex_trylock(mutex *m) {
    int self = gettid(), open = 0;
    if (m->type == RECURSIVE && __atomic_load_n(&m->owner, __ATOMIC_SEQ_CST) == self) {
        m->times++;
        return 0;
    }
    if (!__atomic_compare_exchange_n(&m->locked, &open, 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) return BUSY;
    m->owner = self;
    m->times = 1;
    return 0;
}

int pthread_mutex_lock(mutex *m) {
    while (pthread_mutex_trylock(m)) sched_yield();
    return 0;
}

int pthread_mutex_unlock(mutex *m) {
    if (--m->times == 0) {
        m->owner = 0;
        __atomic_store_n(&m->locked, 0, __ATOMIC_SEQ_CST);
    }
    return 0;
}

typedef struct {
    uint32_t flags;
    void *stack_base;
    size_t stack_size;
    size_t guard_size;
    int policy, priority;
    char unused[16];
} thread_attributes;
SIZE(thread_attributes, 56);

int pthread_attr_init(thread_attributes *attributes) {
    memset(attributes, 0, sizeof *attributes);
    return 0;
}

int pthread_attr_destroy(thread_attributes *attributes) {
    (void)attributes;
    return 0;
}

int pthread_attr_setstacksize(thread_attributes *attributes, size_t size) {
    attributes->stack_size = size;
    return 0;
}

int pthread_create(unsigned long *thread, const thread_attributes *attributes, void *(*start)(void *), void *argument) {
    static int (*create)(unsigned long *, const void *, void *(*)(void *), void *);
    static int (*init)(void *), (*set_size)(void *, size_t);
    if (!create) {
        create = (int (*)(unsigned long *, const void *, void *(*)(void *), void *))dlsym(NEXT, "pthread_create");
        init = (int (*)(void *))dlsym(NEXT, "pthread_attr_init");
        set_size = (int (*)(void *, size_t))dlsym(NEXT, "pthread_attr_setstacksize");
    }
    char real[64];
    init(real);
    if (attributes && attributes->stack_size) set_size(real, attributes->stack_size);
    return create(thread, real, start, argument);
}
