// A library that is loaded before a program (LD_PRELOAD, ld.so(8)) and has its system calls fail, on purpose
// and from a seed, in ways in which the kernel may have them fail. It is never part of the program.
//
//   FAULTS          what fails: sets, separated by `;`, of rules, separated by blanks. A rule is
//                   KIND[@CALL]=PERCENT, or KIND[@CALL]#N for the Nth such call of the process alone;
//                   one of 0 percent keeps the others from that call.
//   FAULTS_SEED     what is drawn: the same for the same calls of a thread, in the order of its calls.
//   FAULTS_CONTROL  a file of `struct control`, in which whoever watches switches sets and reads counts.
//   FAULTS_ROLES    the subcommands that have faults, such as `server,client`; nobody else has any.
//   FAULTS_AFTER    calls of a thread that are left alone first.
//   FAULTS_FUNCTIONS  a file of the functions whose memory may be refused (memory.c); without, nobody's is.
//   FAULTS_ONCE     io_uring's accepts and receives that would stay are for one completion each (rings.c).
//   FAULTS_FILES    a part of the paths of the files that have faults; else all of them have.
//
// What it cannot reach: calls that the C library makes inside of itself, as those of stdio and readdir(3); the vDSO, but through clock_gettime(3); and what the kernel does for io_uring, for which the
// entries of its queues are changed before they are submitted (rings.c).
#ifndef FAULTS_H
#define FAULTS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Each call is counted by its name; those that do the same by one.
#define CALLS(X)                                                                                        \
  X(read) X(write) X(recv) X(send) X(recvmsg) X(sendmsg) X(splice) X(accept) X(connect) X(so_error)     \
  X(socket) X(pipe) X(eventfd) X(timerfd) X(epoll_create) X(epoll_ctl) X(epoll_wait) X(poll) X(open)    \
  X(dup) X(pidfd_open) X(memfd) X(malloc) X(mmap) X(pthread_create) X(fork) X(spawn) X(wait) X(sleep)   \
  X(semaphore) X(clock) X(fsync) X(rename) X(truncate) X(mkdir) X(lock) X(ring_wait) X(ring_accept)     \
  X(ring_receive) X(ring_send) X(ring_setup) X(opendir) X(signalfd) X(bind) X(listen) X(setsockopt)     \
  X(getsockopt) X(socket_name) X(shutdown) X(fcntl) X(ioctl) X(set_timer) X(close) X(stat) X(readlink)  \
  X(chmod) X(unlink) X(mkdtemp) X(affinity) X(limit) X(prctl) X(look_up) X(clock_state)

/// What may happen to a call. The first five do no harm: whoever meets them has only to go on.
#define KINDS(X)                                                                                       \
  X(short) /* fewer bytes than could be, at least one */                                                 \
  X(eintr) /* interrupted by a signal */                                                                 \
  X(again) /* EAGAIN of what does not block, several times in a row */                                   \
  X(delay) /* up to 2 ms before the call */                                                              \
  X(jump)  /* CLOCK_REALTIME, up to a day to and fro */                                                  \
  X(reset) /* ECONNRESET, and the connection is gone; ECONNABORTED of accept */                          \
  X(files) /* EMFILE */                                                                                  \
  X(memory) /* ENOMEM */                                                                                 \
  X(buffers) /* ENOBUFS */                                                                               \
  X(full) /* ENOSPC */                                                                                   \
  X(broken) /* EIO */                                                                                    \
  X(processes) /* EAGAIN of what makes a thread or a process */                                          \
  X(refused) /* EPERM: by a filter of system calls, or a security module */                              \
  X(rest)  /* fewer bytes of a file than could be, and ENOSPC of the next that writes it */              \
  /* What no kernel does: a check of those that are to find it. */                                       \
  X(alter) /* one byte of what is written is another */                                                  \
  X(drop) /* one byte of what is written is not */                                                       \
  X(leak) /* a descriptor more, of which nobody knows */                                                 \
  X(keep) /* 4 KiB more, of which nobody knows */                                                        \
  X(hang) /* the call never comes back */

#define CALL_NAME(name) call_##name,
enum call { CALLS(CALL_NAME) calls };
#define KIND_NAME(name) kind_##name,
enum kind { none, KINDS(KIND_NAME) kinds };
#define BIT(kind) (1u << kind_##kind)

enum { most_recent = 64, name_bytes = 16, most_calls = 64, most_kinds = 32 };
_Static_assert((int)calls <= most_calls && (int)kinds <= most_kinds, "the control file has no room for them");

/// Shared with whoever watches: little-endian, without gaps.
struct control {
  /// The set that is at work: 0 for none, 1 for the first of FAULTS.
  _Atomic uint32_t set;
  uint32_t calls, kinds;
  /// How many faults there were; the last of them are in `recent`, in turns.
  _Atomic uint32_t count;
  char call_names[most_calls][name_bytes];
  char kind_names[most_kinds][name_bytes];
  _Atomic uint64_t made[most_calls];
  _Atomic uint64_t injected[most_calls][most_kinds];
  struct recent {
    uint32_t number, thread;
    int32_t descriptor;
    uint16_t call, kind;
  } recent[most_recent];
};

/// Draws for a call on a descriptor, or on none (-1), among the kinds that are legal for it.
/// `own_flags`: MSG_DONTWAIT where the call does not wait, whatever the descriptor's mode.
/// A delay is over when this comes back, and a thread that hangs never does.
enum kind draw(enum call call, uint32_t legal, int descriptor, int own_flags);

/// Whether a file is one of those that have faults.
bool is_wanted(const char *path);
bool is_of_wanted_file(int descriptor);

/// Whether the set that is at work has a rule for this call in particular.
bool is_named(enum call call);

/// A number from 1 to `count`, often a small one, from what was drawn last on this thread.
size_t fewer(size_t count);
/// Any number, in the same way.
uint64_t drawn(void);

/// The error of a kind.
int error_of(enum kind kind);

/// What a transfer may meet that reads, or writes.
enum {
  reading = BIT(short) | BIT(eintr) | BIT(again) | BIT(delay) | BIT(reset) | BIT(memory) | BIT(buffers) |
            BIT(broken) | BIT(hang),
  writing = reading | BIT(full) | BIT(rest) | BIT(alter) | BIT(drop),
};

/// A connection that was reset: the peer has been told, and what is read from it is its end.
void mark_dead(int descriptor);
bool is_dead(int descriptor);
/// The descriptor's number means something new.
void forget(int descriptor);
/// Has an edge-triggered descriptor told again: it was said to have nothing, and may have something.
void tell_again(int descriptor);

/// The function of the same name that would have been called.
#define REAL(name)                                                                                     \
  ({                                                                                                   \
    static __typeof__(&name) real_;                                                                      \
    if (!real_) real_ = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                                      \
    real_;                                                                                               \
  })

/// Ends a wrapper with the error of a kind.
#define FAIL(kind) return errno = error_of(kind), -1

#endif
