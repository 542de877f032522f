// What makes descriptors, and connects them.
#include "faults.h"

#include <fcntl.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { making = BIT(files) | BIT(memory), waiting = BIT(eintr) | BIT(delay) | BIT(hang) };

/// A number that was given out anew.
static int new(int descriptor) {
  if (descriptor >= 0) forget(descriptor);
  return descriptor;
}

/// Memory that has been written to, and that nobody knows of any more.
static void keep(void) {
  enum { size = 4 << 10 };
  void *memory = malloc(size);
  if (memory) memset(memory, 1, size);
  // Somebody may have read it now: a compiler leaves out what nobody reads.
  __asm__ volatile("" : : "r"(memory) : "memory");
}

/// Whoever gave up before it was accepted is what a reset is here; it stays in the backlog all the same.
static int failed_accept(int listener) {
  uint32_t legal = making | waiting | BIT(again) | BIT(reset) | BIT(buffers) | BIT(leak) | BIT(keep);
  enum kind kind = draw(call_accept, legal, listener, 0);
  // A spurious EAGAIN has to be for a listener that does not block.
  if (kind == kind_again && !(REAL(fcntl)(listener, F_GETFL) & O_NONBLOCK)) return 0;
  if (kind == kind_leak) return REAL(dup)(STDERR_FILENO), 0;
  if (kind == kind_keep) return keep(), 0;
  if (kind == kind_again || kind == kind_eintr || kind == kind_reset) tell_again(listener);
  return kind == kind_reset ? ECONNABORTED : error_of(kind);
}

int accept4(int listener, struct sockaddr *restrict address, socklen_t *restrict length, int flags) {
  int error = failed_accept(listener);
  if (error) return errno = error, -1;
  return new(REAL(accept4)(listener, address, length, flags));
}

int accept(int listener, struct sockaddr *restrict address, socklen_t *restrict length) {
  int error = failed_accept(listener);
  if (error) return errno = error, -1;
  return new(REAL(accept)(listener, address, length));
}

int socket(int family, int type, int protocol) {
  enum kind kind = draw(call_socket, making | BIT(buffers), -1, 0);
  if (kind) FAIL(kind);
  return new(REAL(socket)(family, type, protocol));
}

int socketpair(int family, int type, int protocol, int ends[2]) {
  enum kind kind = draw(call_socket, making, -1, 0);
  if (kind) FAIL(kind);
  int result = REAL(socketpair)(family, type, protocol, ends);
  if (result == 0) new(ends[0]), new(ends[1]);
  return result;
}

/// Of a unix socket it makes a file.
int bind(int descriptor, const struct sockaddr *address, socklen_t length) {
  enum kind kind = draw(call_bind, BIT(memory) | BIT(buffers), descriptor, 0);
  if (kind) FAIL(kind);
  return REAL(bind)(descriptor, address, length);
}

/// A signal interrupts a connect that waits; that of TCP goes on all the same, and is not interrupted here.
int connect(int descriptor, const struct sockaddr *address, socklen_t length) {
  bool waits = !(REAL(fcntl)(descriptor, F_GETFL) & O_NONBLOCK) && address->sa_family == AF_UNIX;
  uint32_t legal = BIT(reset) | BIT(buffers) | BIT(delay) | (waits ? BIT(eintr) : 0);
  enum kind kind = draw(call_connect, legal, descriptor, 0);
  if (kind) FAIL(kind);
  return REAL(connect)(descriptor, address, length);
}

/// Inside of the C library it makes sockets, and opens files.
int getaddrinfo(const char *restrict host, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict found) {
  enum kind kind = draw(call_look_up, making, -1, 0);
  if (kind) return errno = error_of(kind), EAI_SYSTEM;
  return REAL(getaddrinfo)(host, service, hints, found);
}

int pipe2(int ends[2], int flags) {
  enum kind kind = draw(call_pipe, making, -1, 0);
  if (kind) FAIL(kind);
  int result = REAL(pipe2)(ends, flags);
  if (result == 0) new(ends[0]), new(ends[1]);
  return result;
}

int pipe(int ends[2]) { return pipe2(ends, 0); }

int eventfd(unsigned count, int flags) {
  enum kind kind = draw(call_eventfd, making, -1, 0);
  if (kind) FAIL(kind);
  return new(REAL(eventfd)(count, flags));
}

int timerfd_create(clockid_t clock, int flags) {
  enum kind kind = draw(call_timerfd, making, -1, 0);
  if (kind) FAIL(kind);
  return new(REAL(timerfd_create)(clock, flags));
}

int epoll_create1(int flags) {
  enum kind kind = draw(call_epoll_create, making, -1, 0);
  if (kind) FAIL(kind);
  return new(REAL(epoll_create1)(flags));
}

int epoll_create(int size) {
  (void)size;
  return epoll_create1(0);
}

int signalfd(int descriptor, const sigset_t *mask, int flags) {
  enum kind kind = descriptor < 0 ? draw(call_signalfd, making, -1, 0) : none;
  if (kind) FAIL(kind);
  int result = REAL(signalfd)(descriptor, mask, flags);
  return descriptor < 0 ? new(result) : result;
}

int memfd_create(const char *name, unsigned flags) {
  enum kind kind = draw(call_memfd, making, -1, 0);
  if (kind) FAIL(kind);
  return new(REAL(memfd_create)(name, flags));
}

int dup(int descriptor) {
  enum kind kind = draw(call_dup, BIT(files), -1, 0);
  if (kind) FAIL(kind);
  return new(REAL(dup)(descriptor));
}

/// What the C library has no function for.
long syscall(long number, ...) {
  va_list arguments;
  va_start(arguments, number);
  long words[6];
  for (int i = 0; i < 6; i++) words[i] = va_arg(arguments, long);
  va_end(arguments);
  enum kind kind = number == SYS_pidfd_open ? draw(call_pidfd_open, making, -1, 0) : none;
  if (kind) FAIL(kind);
  return REAL(syscall)(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}
