#ifndef CLINUX_H
#define CLINUX_H

// What Swift's Glibc module does not show: GNU functions hide behind _GNU_SOURCE, which only a .c
// file of our own can define in time, and these headers are not part of the module.

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

/// accept4(2) with SOCK_CLOEXEC, plus SOCK_NONBLOCK when `nonblocking` is not 0.
/// Returns the descriptor or -errno.
int clinux_accept(int listener, int nonblocking);

/// sched_setaffinity(2) of the calling thread (inherited by threads it creates later).
/// Returns 0 or -errno.
int clinux_set_affinity(const uint16_t *cpus, int count);

/// sched_getaffinity(2): writes the CPUs this thread may run on, at most `capacity` of them.
/// Returns how many there are or -errno.
int clinux_get_affinity(uint16_t *cpus, int capacity);

/// Names the calling thread as `top -H` and /proc show it; the kernel keeps 15 characters.
void clinux_name_thread(const char *name);

/// Makes SIGINT, SIGTERM and, unless it is ignored (nohup(1)), SIGHUP add to the eventfd
/// `descriptor` and be remembered; the second of them ends the process at once, with 128 + its
/// number. A handler rather than a blocked mask: child processes inherit a mask, but start with
/// default handlers.
void clinux_stop_on_signals(int descriptor);

/// Makes SIGQUIT end the process at once, with 131, unless it is ignored. Swift's runtime would
/// print a crash and go on.
void clinux_end_on_quit(void);

/// Has the process group of `leader` killed when a second signal or SIGQUIT ends this process at
/// once, until it is called again with the same leader and `guarded` 0. A few groups at most; more
/// are ignored.
void clinux_guard_group(int leader, int guarded);

/// The first signal caught by `clinux_stop_on_signals`, or 0.
int clinux_caught_signal(void);

struct pollfd;

/// ppoll(2) without a signal mask: waits for at most `nanoseconds`. Returns how many are ready.
int clinux_poll(struct pollfd *entries, int count, uint64_t nanoseconds);

/// Which compiler built this file.
const char *clinux_compiler(void);

#endif
