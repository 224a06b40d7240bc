/* A wall clock that somebody sets: an hour later than it is once the file named by FAKE_CLOCK exists.
 *
 * Preloaded (LD_PRELOAD). Time since boot goes on as it does.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    const char *set = getenv("FAKE_CLOCK");
    if (!failed && clock == CLOCK_REALTIME && set && !access(set, F_OK)) now->tv_sec += 3600;
    return failed;
}
