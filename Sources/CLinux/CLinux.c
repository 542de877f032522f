#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int clinux_accept(int listener, int nonblocking) {
  int fd = accept4(listener, 0, 0, SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0));
  return fd < 0 ? -errno : fd;
}

int clinux_set_affinity(const uint16_t *cpus, int count) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int i = 0; i < count; i++) {
    if (cpus[i] >= CPU_SETSIZE) return -EINVAL;
    CPU_SET(cpus[i], &set);
  }
  return sched_setaffinity(0, sizeof set, &set) ? -errno : 0;
}

int clinux_get_affinity(uint16_t *cpus, int capacity) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set)) return -errno;
  int found = 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &set)) continue;
    if (found < capacity) cpus[found] = (uint16_t)cpu;
    found++;
  }
  return found;
}

void clinux_name_thread(const char *name) {
  char kept[16] = {0};
  strncpy(kept, name, sizeof kept - 1);
  pthread_setname_np(pthread_self(), kept);
}

static volatile sig_atomic_t caught_signal;
static volatile sig_atomic_t stop_descriptor = -1;

static void end_at_once(int number) { _exit(128 + number); }

static void on_signal(int number) {
  if (caught_signal) end_at_once(number);
  caught_signal = number;
  int kept = errno;
  uint64_t one = 1;
  ssize_t ignored = write(stop_descriptor, &one, sizeof one);
  (void)ignored;
  errno = kept;
}

void clinux_stop_on_signals(int descriptor) {
  stop_descriptor = descriptor;
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigaction(SIGINT, &action, 0);
  sigaction(SIGTERM, &action, 0);
  struct sigaction hangup;
  sigaction(SIGHUP, 0, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, 0);
  signal(SIGPIPE, SIG_IGN);
  // Whoever started this program may have blocked them, and a mask is inherited.
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGINT);
  sigaddset(&wanted, SIGTERM);
  sigaddset(&wanted, SIGHUP);
  pthread_sigmask(SIG_UNBLOCK, &wanted, 0);
}

static atomic_int input_descriptor = -1;
static atomic_int input_stop = -1;
static atomic_int input_looks;

/// More than a pipe holds, mostly; then the program has its turn.
enum { most_reads = 64 };

/// Reads what there is, and asks everybody to stop at the end.
static void look_at_input(void) {
  int input = input_descriptor;
  for (int reads = 0; input >= 0 && reads < most_reads; reads++) {
    char thrown_away[4096];
    ssize_t count = read(input, thrown_away, sizeof thrown_away);
    if (count > 0 || (count < 0 && errno == EINTR)) continue;
    if (count < 0 && errno == EAGAIN) return;
    uint64_t one = 1;
    ssize_t ignored = write(input_stop, &one, sizeof one);
    (void)ignored;
    return;
  }
  if (input >= 0) raise(SIGIO);
}

/// Signals come on any thread, and while another one reads: who comes second has the first look again.
static void on_input(int number) {
  (void)number;
  int kept = errno;
  if (atomic_fetch_add(&input_looks, 1) == 0) {
    int seen;
    do {
      seen = input_looks;
      look_at_input();
    } while (atomic_fetch_sub(&input_looks, seen) != seen);
  }
  errno = kept;
}

int clinux_stop_at_end_of(int input, int stop) {
  struct stat status;
  if (fstat(input, &status) || !S_ISFIFO(status.st_mode)) return -ENOTSUP;
  // Who else has this end of the pipe shares neither the signal nor that nothing blocks (proc(5)).
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", input);
  int own = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (own < 0) return errno == EMFILE || errno == ENFILE ? -errno : -ENOTSUP;
  input_stop = stop;
  input_descriptor = own;
  struct sigaction action = {.sa_handler = on_input, .sa_flags = SA_RESTART};
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGIO);
  if (sigaction(SIGIO, &action, 0) || pthread_sigmask(SIG_UNBLOCK, &wanted, 0) ||
      fcntl(own, F_SETOWN, getpid()) || fcntl(own, F_SETFL, O_NONBLOCK | O_ASYNC)) {
    int error = errno;
    clinux_forget_input();
    return -error;
  }
  raise(SIGIO);
  return 0;
}

void clinux_forget_input(void) {
  int input = atomic_exchange(&input_descriptor, -1);
  if (input < 0) return;
  fcntl(input, F_SETFL, O_NONBLOCK);
  close(input);
}

void clinux_end_on_quit(void) {
  struct sigaction action = {.sa_handler = end_at_once};
  struct sigaction before;
  sigaction(SIGQUIT, 0, &before);
  if (before.sa_handler != SIG_IGN) sigaction(SIGQUIT, &action, 0);
}

int clinux_caught_signal(void) { return caught_signal; }

int clinux_poll(struct pollfd *entries, int count, uint64_t nanoseconds) {
  struct timespec span = {.tv_sec = (time_t)(nanoseconds / 1000000000u),
                          .tv_nsec = (long)(nanoseconds % 1000000000u)};
  return ppoll(entries, (nfds_t)count, &span, 0);
}

int clinux_epoll_wait(int epoll, struct epoll_event *events, int capacity, uint64_t nanoseconds) {
  struct timespec span = {.tv_sec = (time_t)(nanoseconds / 1000000000u),
                          .tv_nsec = (long)(nanoseconds % 1000000000u)};
  int count = epoll_pwait2(epoll, events, capacity, &span, 0);
  if (count >= 0 || errno != ENOSYS) return count;
  // Before Linux 5.11: an epoll instance is readable when it has events.
  struct pollfd entry = {.fd = epoll, .events = POLLIN};
  ppoll(&entry, 1, &span, 0);
  return epoll_wait(epoll, events, capacity, 0);
}

void clinux_sleep_exactly(void) {
  prctl(PR_SET_TIMERSLACK, 1);
}

int clinux_timer(void) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

int clinux_start_timer(int timer, uint64_t nanoseconds) {
  struct itimerspec once = {.it_value = {.tv_nsec = (long)nanoseconds}};
  return timerfd_settime(timer, 0, &once, 0) ? -errno : 0;
}

int clinux_resize_pipe(int descriptor, int bytes) {
  int result = fcntl(descriptor, F_SETPIPE_SZ, bytes);
  return result < 0 ? -errno : result;
}

ssize_t clinux_splice(int from, int to, size_t count) {
  ssize_t result;
  do {
    result = splice(from, 0, to, 0, count, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  } while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : result;
}

const char *clinux_compiler(void) { return __VERSION__; }
