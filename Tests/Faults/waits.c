// Waiting, and clocks.
#include "faults.h"

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { interruptible = BIT(eintr) | BIT(delay) | BIT(hang) };

// MARK: - For descriptors

int epoll_wait(int epoll, struct epoll_event *events, int capacity, int milliseconds) {
  enum kind kind = draw(call_epoll_wait, interruptible, epoll, 0);
  if (kind) FAIL(kind);
  return REAL(epoll_wait)(epoll, events, capacity, milliseconds);
}

int epoll_pwait(int epoll, struct epoll_event *events, int capacity, int milliseconds,
                const sigset_t *mask) {
  enum kind kind = draw(call_epoll_wait, interruptible, epoll, 0);
  if (kind) FAIL(kind);
  return REAL(epoll_pwait)(epoll, events, capacity, milliseconds, mask);
}

int epoll_pwait2(int epoll, struct epoll_event *events, int capacity, const struct timespec *span,
                 const sigset_t *mask) {
  enum kind kind = draw(call_epoll_wait, interruptible, epoll, 0);
  if (kind) FAIL(kind);
  return REAL(epoll_pwait2)(epoll, events, capacity, span, mask);
}

/// The kernel says that nothing is ready, then.
static int interrupted(struct pollfd *entries, nfds_t count, enum kind kind) {
  for (nfds_t i = 0; i < count; i++) entries[i].revents = 0;
  FAIL(kind);
}

int poll(struct pollfd *entries, nfds_t count, int milliseconds) {
  enum kind kind = draw(call_poll, interruptible, -1, 0);
  if (kind) return interrupted(entries, count, kind);
  return REAL(poll)(entries, count, milliseconds);
}

int ppoll(struct pollfd *entries, nfds_t count, const struct timespec *span, const sigset_t *mask) {
  enum kind kind = draw(call_poll, interruptible, -1, 0);
  if (kind) return interrupted(entries, count, kind);
  return REAL(ppoll)(entries, count, span, mask);
}

/// Late, and nothing else: those of this program do not block, and the kernel keeps what was written.
int eventfd_write(int descriptor, eventfd_t count) {
  draw(call_write, BIT(delay), -1, 0);
  return REAL(eventfd_write)(descriptor, count);
}

int eventfd_read(int descriptor, eventfd_t *count) {
  draw(call_read, BIT(delay), -1, 0);
  return REAL(eventfd_read)(descriptor, count);
}

// MARK: - For processes and threads

pid_t waitpid(pid_t process, int *status, int options) {
  enum kind kind = options & WNOHANG ? none : draw(call_wait, BIT(eintr) | BIT(delay), -1, 0);
  if (kind) FAIL(kind);
  return REAL(waitpid)(process, status, options);
}

int waitid(idtype_t type, id_t id, siginfo_t *info, int options) {
  enum kind kind = options & WNOHANG ? none : draw(call_wait, BIT(eintr) | BIT(delay), -1, 0);
  if (kind) FAIL(kind);
  return REAL(waitid)(type, id, info, options);
}

int nanosleep(const struct timespec *span, struct timespec *left) {
  enum kind kind = draw(call_sleep, BIT(eintr), -1, 0);
  if (kind && left) *left = *span;
  if (kind) FAIL(kind);
  return REAL(nanosleep)(span, left);
}

int usleep(useconds_t span) {
  enum kind kind = draw(call_sleep, BIT(eintr), -1, 0);
  if (kind) FAIL(kind);
  return REAL(usleep)(span);
}

int sem_wait(sem_t *semaphore) {
  enum kind kind = draw(call_semaphore, BIT(eintr) | BIT(delay), -1, 0);
  if (kind) FAIL(kind);
  return REAL(sem_wait)(semaphore);
}

// MARK: - CLOCK_REALTIME, which may be set at any time

/// How far it is ahead, in nanoseconds.
static _Atomic int64_t ahead;

static struct timespec moved(struct timespec time, int64_t by) {
  int64_t nanoseconds = (int64_t)time.tv_nsec + by % 1000000000;
  time.tv_sec += by / 1000000000 + (nanoseconds < 0 ? -1 : nanoseconds / 1000000000);
  time.tv_nsec = nanoseconds < 0 ? nanoseconds + 1000000000 : nanoseconds % 1000000000;
  return time;
}

static void jump(void) {
  if (!draw(call_clock, BIT(jump), -1, 0)) return;
  // A second, an hour or a day at most.
  static const int64_t most[] = {1, 3600, 86400};
  int64_t range = most[drawn() % 3] * 1000000000;
  ahead = (int64_t)(drawn() % (uint64_t)(2 * range)) - range;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = REAL(clock_gettime)(clock, time);
  if (clock != CLOCK_REALTIME || result) return result;
  jump();
  *time = moved(*time, ahead);
  return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
  *time = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
  return 0;
}

time_t time(time_t *result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result) *result = now.tv_sec;
  return now.tv_sec;
}

// Moments until which something waits are of the clock that jumps.

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict moment) {
  enum kind kind = draw(call_semaphore, BIT(eintr) | BIT(delay), -1, 0);
  if (kind) FAIL(kind);
  struct timespec own = moved(*moment, -ahead);
  return REAL(sem_timedwait)(semaphore, &own);
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict moment) {
  struct timespec own = moved(*moment, -ahead);
  return REAL(pthread_cond_timedwait)(condition, mutex, &own);
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict moment) {
  struct timespec own = moved(*moment, -ahead);
  return REAL(pthread_mutex_timedlock)(mutex, &own);
}
