#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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

static void on_signal(int number) {
  if (caught_signal) _exit(128 + number);
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

int clinux_caught_signal(void) { return caught_signal; }

int clinux_poll(struct pollfd *entries, int count, uint64_t nanoseconds) {
  struct timespec span = {.tv_sec = (time_t)(nanoseconds / 1000000000u),
                          .tv_nsec = (long)(nanoseconds % 1000000000u)};
  return ppoll(entries, (nfds_t)count, &span, 0);
}

const char *clinux_compiler(void) { return __VERSION__; }

int clinux_spawn(const char *path, char *const *arguments, char *const *environment,
                 const int streams[3]) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  for (int i = 0; i < 3; i++) posix_spawn_file_actions_adddup2(&actions, streams[i], i);
  // A mask is inherited, and so is a signal that is ignored: this program ignores SIGPIPE.
  sigset_t none, pipe;
  sigemptyset(&none);
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &pipe);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t process = 0;
  int error = posix_spawn(&process, path, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error ? -error : process;
}

int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) ? -errno : 0; }

int clinux_pidfd(int process) {
  int fd = (int)syscall(SYS_pidfd_open, process, 0);
  return fd < 0 ? -errno : fd;
}

int clinux_wait_status(int process) {
  siginfo_t info = {0};
  if (waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT)) return -errno;
  if (info.si_pid == 0) return -EAGAIN;
  return info.si_code == CLD_EXITED ? info.si_status : 0x100 | info.si_status;
}

int clinux_adopt_orphans(void) {
  return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) ? -errno : 0;
}

int clinux_signals_to_read(void) {
  const int numbers[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP};
  sigset_t wanted;
  sigemptyset(&wanted);
  for (int i = 0; i < 4; i++) sigaddset(&wanted, numbers[i]);
  pthread_sigmask(SIG_BLOCK, &wanted, 0);
  signal(SIGPIPE, SIG_IGN);
  int fd = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

int clinux_read_signal(int descriptor) {
  struct signalfd_siginfo info;
  ssize_t count = read(descriptor, &info, sizeof info);
  return count == sizeof info ? (int)info.ssi_signo : 0;
}

char **clinux_environment(void) { return environ; }
