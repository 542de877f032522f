#ifndef CLINUX_H
#define CLINUX_H

// What Swift's Glibc module does not show: GNU functions hide behind _GNU_SOURCE, which only a .c
// file of our own can define in time, and these headers are not part of the module.

#include <stddef.h>
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

/// Reads and throws away what comes of a pipe, told by SIGIO, and writes to the eventfd `stop` when it
/// has ended, or had ended already. Of one pipe at a time.
/// Returns 0 or -errno; -ENOTSUP where it is no pipe, or /proc is not there to open it anew.
int clinux_stop_at_end_of(int input, int stop);

/// Leaves that pipe alone from now on.
void clinux_forget_input(void);

/// Makes SIGQUIT end the process at once, with 131, unless it is ignored. Swift's runtime would
/// print a crash and go on.
void clinux_end_on_quit(void);

/// The first signal caught by `clinux_stop_on_signals`, or 0.
int clinux_caught_signal(void);

struct pollfd;

/// ppoll(2) without a signal mask: waits for at most `nanoseconds`. Returns how many are ready.
int clinux_poll(struct pollfd *entries, int count, uint64_t nanoseconds);

/// epoll_pwait2(2) without a signal mask, which waits for at most `nanoseconds`, or the same by other means
/// where the kernel does not have it. Returns how many events there are, or -1.
int clinux_epoll_wait(int epoll, struct epoll_event *events, int capacity, uint64_t nanoseconds);

/// The calling thread is woken when it asked to be, and not up to 50 µs later, with others
/// (PR_SET_TIMERSLACK, prctl(2)).
void clinux_sleep_exactly(void);

/// timerfd_create(2), of CLOCK_MONOTONIC, close-on-exec and non-blocking. Returns the descriptor or
/// -errno. In C, since with its header this module would be where Swift finds `timespec`.
int clinux_timer(void);

/// Makes a timer readable once, in `nanoseconds`, of less than a second. Returns 0 or -errno.
int clinux_start_timer(int timer, uint64_t nanoseconds);

/// Which compiler built this file.
const char *clinux_compiler(void);

/// posix_spawn(3) of the file `path`, in a process group of its own, with no signal blocked and
/// SIGPIPE not ignored; `streams` become its standard input, output and error.
/// Returns the id of the process or -errno, also what exec(3) says.
int clinux_spawn(const char *path, char *const *arguments, char *const *environment,
                 const int streams[3]);

/// pipe2(2) with O_CLOEXEC. Returns 0 or -errno.
int clinux_pipe(int ends[2]);

/// Resizes the pipe that `descriptor` is an end of (F_SETPIPE_SZ, fcntl(2)), to `bytes` or the next
/// power of two. Returns how many it holds or -errno.
int clinux_resize_pipe(int descriptor, int bytes);

/// splice(2) of at most `count` bytes, without waiting for the pipe (SPLICE_F_NONBLOCK); made again
/// after a signal. Returns the number of bytes, 0 at the end of the stream, or -errno.
ssize_t clinux_splice(int from, int to, size_t count);

/// pidfd_open(2): a descriptor that is readable once the child `process` has ended, or -errno.
int clinux_pidfd(int process);

/// waitid(2) without waiting, for the child `process`: its exit status, 0x100 | the signal that
/// ended it, -EAGAIN while it runs, or -errno. It stays a zombie, so that its id and that of its
/// group remain its own.
int clinux_wait_status(int process);

/// Makes this process the parent of descendants that lose theirs (PR_SET_CHILD_SUBREAPER,
/// prctl(2)). Returns 0 or -errno.
int clinux_adopt_orphans(void);

/// Has the kernel kill this process once the thread that has started it is gone (PR_SET_PDEATHSIG, prctl(2)).
void clinux_end_with_parent(void);

/// A non-blocking signalfd(2) for SIGCHLD, SIGINT, SIGTERM and SIGHUP, which are blocked from now
/// on, or -errno. To be called before other threads start. SIGPIPE is ignored.
int clinux_signals_to_read(void);

/// The number of the next signal that such a descriptor has, or 0.
int clinux_read_signal(int descriptor);

/// The variables of environ(7), a null pointer behind the last.
char **clinux_environment(void);

/// Asks the kernel (sock_diag(7)) for the TCP socket that listens where a connection to `address`, of
/// 4 bytes of AF_INET or 16 of AF_INET6, and `port` would arrive. Returns its inode, -ENOENT when
/// there is none, or another -errno when the kernel cannot be asked.
long clinux_listener(int family, const uint8_t *address, uint16_t port);

/// What a tracer has counted: of each system call, by its number, how many there were; the sum of what
/// they returned, where that was more than 0 (of a read or a write, bytes); and how often that was 8, as
/// an eventfd(2) or a timerfd(2) gives and takes. Numbers of 64 bits, in a file. A last row is for all
/// calls that have none: of another architecture, or newer than this program.
enum {
  clinux_other_call = 1023,
  clinux_call_columns = 3,
  clinux_call_table_size = (clinux_other_call + 1) * clinux_call_columns * 8
};

/// An empty table: a file in memory (memfd_create(2)). Returns its descriptor or -errno.
int clinux_call_table(void);

/// Runs a program, its path first, and counts in a table what system calls it makes, and whatever it
/// starts (ptrace(2)), until it ends. Signals that end a process are for the program, which is in the
/// same group, and not for the caller.
/// Returns its exit status, 0x100 | the signal that ended it, or -errno when it cannot be traced.
int clinux_trace(char *const *arguments, int table);

/// The name of a call of this architecture, or NULL.
const char *clinux_call_name(int number);

/// Segments that the kernel has sent again on a TCP connection (tcpi_total_retrans, tcp(7)), or -errno.
long clinux_retransmits(int descriptor);

/// SO_COOKIE (socket(7)): the option that gives a socket's number, which no other ever has.
extern const int clinux_so_cookie;

/// Milliseconds since data last came on a TCP connection, or since it was made (tcpi_last_data_recv,
/// tcp(7)), or -errno.
long clinux_silence(int descriptor);

/// Bytes that the peer of a TCP connection has not acknowledged (SIOCOUTQ, tcp(7)), or -errno.
int clinux_unsent(int descriptor);

/// adjtimex(2), which changes nothing: 1 when the clock is synchronised, 0 when it is not, or -errno.
/// Writes how far off it may be, in microseconds.
int clinux_clock_state(uint64_t *max_error);

/// Ends this process by a signal, without a core file.
void clinux_end_by_signal(int number);

#endif
