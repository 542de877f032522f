// Options and attributes: calls that move no bytes, do not wait, and make nothing that is used up.
//
// Most of them fail on no kernel, but under a filter of system calls (seccomp(2)) or a security module: `refused`.
// What their manual pages list beside that has its kind, too. stat(2) and its like are functions of the C library
// from glibc 2.33 on. libuv calls fcntl(2) by the name of large files.
//
// Left alone: dup2(2), which cannot fail between descriptors that are there; kill(2), which does only of
// somebody else's processes; ptrace(2), which only `anatomy` calls.
#include "faults.h"

#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <unistd.h>

enum {
  asking = BIT(refused) | BIT(buffers) | BIT(delay),
  setting = asking | BIT(memory),
  looking = BIT(refused) | BIT(memory) | BIT(broken) | BIT(delay),
};

// MARK: - Sockets

int listen(int descriptor, int backlog) {
  enum kind kind = draw(call_listen, setting, descriptor, 0);
  if (kind) FAIL(kind);
  return REAL(listen)(descriptor, backlog);
}

int setsockopt(int descriptor, int level, int option, const void *value, socklen_t length) {
  enum kind kind = draw(call_setsockopt, setting, descriptor, 0);
  if (kind) FAIL(kind);
  return REAL(setsockopt)(descriptor, level, option, value, length);
}

/// What a connection says later is a fault of that, and not of the call.
int getsockopt(int descriptor, int level, int option, void *restrict value,
               socklen_t *restrict length) {
  enum kind kind = draw(call_getsockopt, asking, descriptor, 0);
  if (kind) FAIL(kind);
  int result = REAL(getsockopt)(descriptor, level, option, value, length);
  if (result == 0 && level == SOL_SOCKET && option == SO_ERROR &&
      draw(call_so_error, BIT(reset), descriptor, 0)) {
    mark_dead(descriptor);
    *(int *)value = ECONNRESET;
  }
  return result;
}

int getsockname(int descriptor, struct sockaddr *restrict name, socklen_t *restrict length) {
  enum kind kind = draw(call_socket_name, asking, descriptor, 0);
  if (kind) FAIL(kind);
  return REAL(getsockname)(descriptor, name, length);
}

int getpeername(int descriptor, struct sockaddr *restrict name, socklen_t *restrict length) {
  enum kind kind = draw(call_socket_name, asking, descriptor, 0);
  if (kind) FAIL(kind);
  return REAL(getpeername)(descriptor, name, length);
}

/// Fails where the connection is gone, and nowhere else. What listens has none.
int shutdown(int descriptor, int how) {
  int listens = 0;
  socklen_t length = sizeof listens;
  int error = REAL(getsockopt)(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length);
  if (!error && !listens && draw(call_shutdown, BIT(reset), descriptor, 0)) {
    mark_dead(descriptor);
    return errno = ENOTCONN, -1;
  }
  return REAL(shutdown)(descriptor, how);
}

// MARK: - Descriptors

int fcntl(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  long argument = va_arg(arguments, long);
  va_end(arguments);
  bool duplicates = command == F_DUPFD_CLOEXEC || command == F_DUPFD;
  uint32_t legal = command == F_SETPIPE_SZ ? BIT(refused) | BIT(memory) : BIT(refused);
  enum kind kind =
      duplicates ? draw(call_dup, BIT(files), -1, 0) : draw(call_fcntl, legal, descriptor, 0);
  if (kind) FAIL(kind);
  int result = REAL(fcntl)(descriptor, command, argument);
  if (duplicates && result >= 0) forget(result);
  return result;
}

int fcntl64(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  long argument = va_arg(arguments, long);
  va_end(arguments);
  return fcntl(descriptor, command, argument);
}

int ioctl(int descriptor, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  enum kind kind = draw(call_ioctl, BIT(refused) | BIT(delay), descriptor, 0);
  if (kind) FAIL(kind);
  return REAL(ioctl)(descriptor, request, argument);
}

int timerfd_settime(int timer, int flags, const struct itimerspec *value, struct itimerspec *before) {
  enum kind kind = draw(call_set_timer, BIT(refused), timer, 0);
  if (kind) FAIL(kind);
  return REAL(timerfd_settime)(timer, flags, value, before);
}

/// Of a file that was written: what a network's file system has found out by then. The descriptor is gone.
int close(int descriptor) {
  enum kind kind = none;
  if (is_named(call_close) && (REAL(fcntl)(descriptor, F_GETFL) & O_ACCMODE) != O_RDONLY)
    kind = draw(call_close, BIT(full) | BIT(broken), descriptor, 0);
  forget(descriptor);
  int result = REAL(close)(descriptor);
  if (kind) FAIL(kind);
  return result;
}

// MARK: - Files

static enum kind looks(const char *path) {
  return is_wanted(path) ? draw(call_stat, looking, -1, 0) : none;
}

int stat(const char *restrict path, struct stat *restrict status) {
  enum kind kind = looks(path);
  if (kind) FAIL(kind);
  return REAL(stat)(path, status);
}

int lstat(const char *restrict path, struct stat *restrict status) {
  enum kind kind = looks(path);
  if (kind) FAIL(kind);
  return REAL(lstat)(path, status);
}

int fstat(int descriptor, struct stat *status) {
  enum kind kind = is_of_wanted_file(descriptor) ? draw(call_stat, looking, descriptor, 0) : none;
  if (kind) FAIL(kind);
  return REAL(fstat)(descriptor, status);
}

int access(const char *path, int mode) {
  enum kind kind = looks(path);
  if (kind) FAIL(kind);
  return REAL(access)(path, mode);
}

ssize_t readlink(const char *restrict path, char *restrict target, size_t size) {
  enum kind kind = is_wanted(path) ? draw(call_readlink, looking, -1, 0) : none;
  if (kind) FAIL(kind);
  return REAL(readlink)(path, target, size);
}

int fchmod(int descriptor, mode_t mode) {
  enum kind kind = is_of_wanted_file(descriptor) ? draw(call_chmod, looking, descriptor, 0) : none;
  if (kind) FAIL(kind);
  return REAL(fchmod)(descriptor, mode);
}

int fchown(int descriptor, uid_t owner, gid_t group) {
  enum kind kind = is_of_wanted_file(descriptor) ? draw(call_chmod, looking, descriptor, 0) : none;
  if (kind) FAIL(kind);
  return REAL(fchown)(descriptor, owner, group);
}

#define REMOVAL(name)                                                                                  \
  int name(const char *path) {                                                                         \
    enum kind kind = is_wanted(path) ? draw(call_unlink, looking, -1, 0) : none;                       \
    if (kind) FAIL(kind);                                                                              \
    return REAL(name)(path);                                                                           \
  }

REMOVAL(unlink)
REMOVAL(rmdir)
REMOVAL(remove)

char *mkdtemp(char *template) {
  uint32_t legal = BIT(full) | BIT(broken) | BIT(memory) | BIT(refused);
  enum kind kind = is_wanted(template) ? draw(call_mkdtemp, legal, -1, 0) : none;
  if (kind) return errno = error_of(kind), NULL;
  return REAL(mkdtemp)(template);
}

// MARK: - Processes

int sched_setaffinity(pid_t process, size_t size, const cpu_set_t *set) {
  enum kind kind = draw(call_affinity, BIT(refused) | BIT(memory), -1, 0);
  if (kind) FAIL(kind);
  return REAL(sched_setaffinity)(process, size, set);
}

int sched_getaffinity(pid_t process, size_t size, cpu_set_t *set) {
  enum kind kind = draw(call_affinity, BIT(refused) | BIT(memory), -1, 0);
  if (kind) FAIL(kind);
  return REAL(sched_getaffinity)(process, size, set);
}

int getrlimit(__rlimit_resource_t resource, struct rlimit *limit) {
  enum kind kind = draw(call_limit, BIT(refused), -1, 0);
  if (kind) FAIL(kind);
  return REAL(getrlimit)(resource, limit);
}

int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit) {
  enum kind kind = draw(call_limit, BIT(refused), -1, 0);
  if (kind) FAIL(kind);
  return REAL(setrlimit)(resource, limit);
}

int prctl(int option, ...) {
  va_list arguments;
  va_start(arguments, option);
  unsigned long words[4];
  for (int i = 0; i < 4; i++) words[i] = va_arg(arguments, unsigned long);
  va_end(arguments);
  enum kind kind = draw(call_prctl, BIT(refused), -1, 0);
  if (kind) FAIL(kind);
  return REAL(prctl)(option, words[0], words[1], words[2], words[3]);
}

int adjtimex(struct timex *clock) {
  enum kind kind = draw(call_clock_state, BIT(refused), -1, 0);
  if (kind) FAIL(kind);
  return REAL(adjtimex)(clock);
}
