#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/// The larger of the two limits of thread ids (PID_MAX_LIMIT of the kernel's threads.h), so that every
/// id has a place. Pages that nobody touches take no memory.
enum { most_threads = 1 << 22 };

/// A row of the table. It is written here alone, and read by another process.
struct row {
  _Atomic uint64_t calls, results, eights;
};
_Static_assert(sizeof(struct row) * (clinux_other_call + 1) == clinux_call_table_size, "the table");

/// By thread: 1 + the number of the call that it is in, or 0.
static uint16_t entered[most_threads];
static struct row *counts;
static uint32_t native;

static void add(_Atomic uint64_t *counter, uint64_t value) {
  atomic_store_explicit(
      counter, atomic_load_explicit(counter, memory_order_relaxed) + value, memory_order_relaxed);
}

/// At the entry of a call or its exit. Returns 0, or -errno when the kernel does not tell which.
static int count(pid_t thread) {
  struct __ptrace_syscall_info info;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0)
    return errno == ESRCH ? 0 : -errno;
  uint16_t *call = &entered[thread % most_threads];
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    // The first of all is an execve of this very program.
    if (!native) native = info.arch;
    uint64_t number = info.entry.nr;
    if (info.arch != native || number >= clinux_other_call) number = clinux_other_call;
    *call = (uint16_t)(number + 1);
    add(&counts[number].calls, 1);
  } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && *call) {
    struct row *row = &counts[*call - 1];
    *call = 0;
    if (info.exit.is_error || info.exit.rval <= 0) return 0;
    add(&row->results, (uint64_t)info.exit.rval);
    if (info.exit.rval == sizeof(uint64_t)) add(&row->eights, 1);
  }
  return 0;
}

/// The thread that makes a process another program becomes its first one (ptrace(2)).
static void follow_exec(pid_t thread) {
  unsigned long before = 0;
  if (ptrace(PTRACE_GETEVENTMSG, thread, 0, &before) || (pid_t)before == thread) return;
  entered[thread % most_threads] = entered[before % most_threads];
  entered[before % most_threads] = 0;
}

static int stops_group(int number) {
  return number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

/// Deals with a stop of a thread, and has it go on. Returns 0 or -errno.
static int go_on(pid_t thread, int status) {
  int number = WSTOPSIG(status), event = status >> 16, result = 0;
  unsigned long delivered = 0;
  enum __ptrace_request request = PTRACE_SYSCALL;
  if (number == (SIGTRAP | 0x80)) {
    result = count(thread);
  } else if (event == PTRACE_EVENT_STOP) {
    // Stopped as by a terminal: it is to stay so until it is continued.
    if (stops_group(number)) request = PTRACE_LISTEN;
  } else if (event == PTRACE_EVENT_EXEC) {
    follow_exec(thread);
  } else if (event == 0) {
    delivered = (unsigned long)number;
  }
  // One that was killed meanwhile does not hear it.
  ptrace(request, thread, 0, delivered);
  return result;
}

/// Waits for the word of its tracer, and becomes the program.
static _Noreturn void become(char *const *arguments, const int gate[2]) {
  char word;
  close(gate[1]);
  if (read(gate[0], &word, 1) != 1) _exit(1);
  // A mask is inherited.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, 0);
  execv(arguments[0], arguments);
  int error = errno;
  dprintf(2, "%s: %s\n", arguments[0], strerror(error));
  _exit(error == ENOENT ? 127 : 126);
}

/// Traces `process` from here on, whatever it starts included, and lets it through its gate.
/// Returns 0 or -errno.
static int seize(pid_t process, int gate) {
  const unsigned long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                                PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SEIZE, process, 0, options)) return -errno;
  // Only from a stop on do its calls stop it.
  if (ptrace(PTRACE_INTERRUPT, process, 0, 0)) return -errno;
  return write(gate, "", 1) == 1 ? 0 : -errno;
}

static int end(pid_t process, int error) {
  kill(process, SIGKILL);
  while (waitpid(process, 0, __WALL) < 0 && errno == EINTR) {}
  return error;
}

/// Whoever stops the program signals its group, to which this process belongs: it ends with the
/// program, and not before.
static void outlive_signals(void) {
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) signal(numbers[i], SIG_IGN);
}

int clinux_trace(char *const *arguments, int table) {
  struct stat file;
  if (fstat(table, &file)) return -errno;
  if (file.st_size < clinux_call_table_size) return -EINVAL;
  counts = mmap(0, clinux_call_table_size, PROT_READ | PROT_WRITE, MAP_SHARED, table, 0);
  if (counts == MAP_FAILED) return -errno;
  int gate[2];
  if (pipe2(gate, O_CLOEXEC)) return -errno;
  pid_t process = fork();
  if (process < 0) return -errno;
  if (process == 0) become(arguments, gate);
  close(gate[0]);
  outlive_signals();
  int error = seize(process, gate[1]);
  close(gate[1]);
  if (error) return end(process, error);
  while (1) {
    int status;
    pid_t thread = waitpid(-1, &status, __WALL);
    if (thread < 0) {
      if (errno == EINTR) continue;
      return -errno;
    }
    if (WIFSTOPPED(status)) {
      if ((error = go_on(thread, status))) return end(process, error);
      continue;
    }
    entered[thread % most_threads] = 0;
    if (thread == process) return WIFEXITED(status) ? WEXITSTATUS(status) : 0x100 | WTERMSIG(status);
  }
}

int clinux_call_table(void) {
  int fd = memfd_create("calls", MFD_CLOEXEC);
  if (fd < 0) return -errno;
  if (ftruncate(fd, clinux_call_table_size)) {
    int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}

void clinux_end_by_signal(int number) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  signal(number, SIG_DFL);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_UNBLOCK, &all, 0);
  raise(number);
}
