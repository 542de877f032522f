// Files and processes.
#include "faults.h"

#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// MARK: - Files

/// Draws for a file that is opened. What is only read is not full.
static enum kind opening(const char *path, int flags) {
  uint32_t legal = BIT(files) | BIT(memory) | BIT(hang);
  bool isMade = flags & O_CREAT && strncmp(path, "/proc/", 6) && strncmp(path, "/dev/", 5);
  if (isMade) legal |= BIT(full) | BIT(broken);
  return is_wanted(path) ? draw(call_open, legal, -1, 0) : none;
}

#define MODE(flags)                                                                                    \
  ({                                                                                                   \
    mode_t mode_ = 0;                                                                                  \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                             \
      va_list arguments;                                                                               \
      va_start(arguments, flags);                                                                      \
      mode_ = va_arg(arguments, mode_t);                                                               \
      va_end(arguments);                                                                               \
    }                                                                                                  \
    mode_;                                                                                             \
  })

int open(const char *path, int flags, ...) {
  mode_t mode = MODE(flags);
  enum kind kind = opening(path, flags);
  if (kind) FAIL(kind);
  int descriptor = REAL(open)(path, flags, mode);
  if (descriptor >= 0) forget(descriptor);
  return descriptor;
}

int openat(int folder, const char *path, int flags, ...) {
  mode_t mode = MODE(flags);
  enum kind kind = opening(path, flags);
  if (kind) FAIL(kind);
  int descriptor = REAL(openat)(folder, path, flags, mode);
  if (descriptor >= 0) forget(descriptor);
  return descriptor;
}

DIR *opendir(const char *path) {
  enum kind kind = is_wanted(path) ? draw(call_opendir, BIT(files) | BIT(memory), -1, 0) : none;
  if (kind) return errno = error_of(kind), NULL;
  return REAL(opendir)(path);
}

int fsync(int descriptor) {
  enum kind kind = draw(call_fsync, BIT(full) | BIT(broken) | BIT(delay), descriptor, 0);
  if (kind) FAIL(kind);
  return REAL(fsync)(descriptor);
}

int ftruncate(int descriptor, off_t length) {
  enum kind kind = draw(call_truncate, BIT(broken), descriptor, 0);
  if (kind) FAIL(kind);
  return REAL(ftruncate)(descriptor, length);
}

int rename(const char *from, const char *to) {
  enum kind kind = is_wanted(to) ? draw(call_rename, BIT(full) | BIT(broken), -1, 0) : none;
  if (kind) FAIL(kind);
  return REAL(rename)(from, to);
}

int mkdir(const char *path, mode_t mode) {
  enum kind kind = is_wanted(path) ? draw(call_mkdir, BIT(full) | BIT(broken), -1, 0) : none;
  if (kind) FAIL(kind);
  return REAL(mkdir)(path, mode);
}

int flock(int descriptor, int operation) {
  enum kind kind = operation & LOCK_NB ? none : draw(call_lock, BIT(eintr) | BIT(delay), -1, 0);
  if (kind) FAIL(kind);
  return REAL(flock)(descriptor, operation);
}

// MARK: - Processes

pid_t fork(void) {
  enum kind kind = draw(call_fork, BIT(processes) | BIT(memory), -1, 0);
  if (kind) FAIL(kind);
  return REAL(fork)();
}

int posix_spawn(pid_t *restrict process, const char *restrict path,
                const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attributes,
                char *const arguments[restrict], char *const environment[restrict]) {
  enum kind kind = draw(call_spawn, BIT(processes) | BIT(memory) | BIT(delay), -1, 0);
  if (kind) return error_of(kind);
  return REAL(posix_spawn)(process, path, actions, attributes, arguments, environment);
}
