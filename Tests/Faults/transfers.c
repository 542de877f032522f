// Reading and writing: sockets, pipes and files.
#include "faults.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

// MARK: - Connections that were reset

enum { most_descriptors = 1 << 16 };
static _Atomic bool dead[most_descriptors];

static bool has_place(int descriptor) { return descriptor >= 0 && descriptor < most_descriptors; }

bool is_dead(int descriptor) { return has_place(descriptor) && dead[descriptor]; }

/// The peer of a TCP connection gets a reset, that of another the end of the stream.
void mark_dead(int descriptor) {
  struct sockaddr nobody = {.sa_family = AF_UNSPEC};
  if (REAL(connect)(descriptor, &nobody, sizeof nobody)) REAL(shutdown)(descriptor, SHUT_RDWR);
  if (has_place(descriptor)) dead[descriptor] = true;
}

// MARK: - What is watched for edges

static struct watch {
  _Atomic int epoll;
  struct epoll_event event;
} watches[most_descriptors];

/// The file that has no room for the rest of what was written; -1 for none.
static _Atomic int full = -1;

void forget(int descriptor) {
  if (descriptor == full) full = -1;
  if (!has_place(descriptor)) return;
  dead[descriptor] = false;
  watches[descriptor].epoll = 0;
}

void tell_again(int descriptor) {
  if (!has_place(descriptor) || !watches[descriptor].epoll) return;
  struct epoll_event event = watches[descriptor].event;
  REAL(epoll_ctl)(watches[descriptor].epoll - 1, EPOLL_CTL_MOD, descriptor, &event);
}

int epoll_ctl(int epoll, int operation, int descriptor, struct epoll_event *event) {
  if (operation == EPOLL_CTL_ADD) {
    enum kind kind = draw(call_epoll_ctl, BIT(memory) | BIT(full), descriptor, 0);
    if (kind) FAIL(kind);
  }
  int result = REAL(epoll_ctl)(epoll, operation, descriptor, event);
  if (result == 0 && has_place(descriptor)) {
    bool isEdge = operation != EPOLL_CTL_DEL && event->events & EPOLLET;
    if (isEdge) watches[descriptor].event = *event;
    watches[descriptor].epoll = isEdge ? epoll + 1 : 0;
  }
  return result;
}

// MARK: - One transfer

/// What is to become of a transfer: an error, or so many bytes at most.
struct plan {
  enum kind kind;
  size_t count;
};

/// Draws for a transfer of `count` bytes. Its `kind` is what the wrapper has to fail with, or `none`.
static struct plan plan(enum call call, uint32_t legal, int descriptor, int flags, size_t count) {
  if (legal & BIT(rest) && descriptor >= 0 && descriptor == full) {
    full = -1;
    return (struct plan){kind_full, count};
  }
  enum kind kind = draw(call, count ? legal : legal & BIT(delay), descriptor, flags);
  switch (kind) {
    case kind_short: return (struct plan){none, fewer(count)};
    case kind_rest:
      if (count == 1) break;
      full = descriptor;
      return (struct plan){none, fewer(count - 1)};
    case kind_reset: mark_dead(descriptor); break;
    case kind_again: tell_again(descriptor); break;
    default: break;
  }
  return (struct plan){kind, count};
}

/// The first call after a reset tells of it; those behind find the end, or nobody.
#define END_IF_DEAD(descriptor, writes)                                                                \
  if (is_dead(descriptor)) {                                                                           \
    if (!(writes)) return 0;                                                                           \
    errno = EPIPE;                                                                                     \
    return -1;                                                                                         \
  }

ssize_t read(int descriptor, void *bytes, size_t count) {
  END_IF_DEAD(descriptor, false)
  struct plan next = plan(call_read, reading, descriptor, 0, count);
  if (next.kind) FAIL(next.kind);
  return REAL(read)(descriptor, bytes, next.count);
}

ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
  struct plan next = plan(call_read, BIT(short) | BIT(broken) | BIT(delay), descriptor, 0, count);
  if (next.kind) FAIL(next.kind);
  return REAL(pread)(descriptor, bytes, next.count, offset);
}

ssize_t recv(int descriptor, void *bytes, size_t count, int flags) {
  END_IF_DEAD(descriptor, false)
  struct plan next = plan(call_recv, reading, descriptor, flags, count);
  if (next.kind) FAIL(next.kind);
  return REAL(recv)(descriptor, bytes, next.count, flags);
}

ssize_t recvfrom(int descriptor, void *restrict bytes, size_t count, int flags,
                 struct sockaddr *restrict from, socklen_t *restrict length) {
  END_IF_DEAD(descriptor, false)
  struct plan next = plan(call_recv, reading, descriptor, flags, count);
  if (next.kind) FAIL(next.kind);
  return REAL(recvfrom)(descriptor, bytes, next.count, flags, from, length);
}

/// Writes with `call`, but for a byte that is another, or is not there.
#define SPOILED(next, bytes, call)                                                                     \
  if ((next).kind == kind_alter) {                                                                     \
    char other[1];                                                                                     \
    *other = (char)~*(const char *)(bytes);                                                            \
    const void *bytes_ = other;                                                                        \
    size_t count_ = 1;                                                                                 \
    return call;                                                                                       \
  }                                                                                                    \
  if ((next).kind == kind_drop) return 1;

ssize_t write(int descriptor, const void *bytes, size_t count) {
  END_IF_DEAD(descriptor, true)
  struct plan next = plan(call_write, writing, descriptor, 0, count);
  SPOILED(next, bytes, REAL(write)(descriptor, bytes_, count_))
  if (next.kind) FAIL(next.kind);
  return REAL(write)(descriptor, bytes, next.count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  uint32_t legal = BIT(short) | BIT(full) | BIT(broken) | BIT(delay);
  struct plan next = plan(call_write, legal, descriptor, 0, count);
  if (next.kind) FAIL(next.kind);
  return REAL(pwrite)(descriptor, bytes, next.count, offset);
}

ssize_t send(int descriptor, const void *bytes, size_t count, int flags) {
  END_IF_DEAD(descriptor, true)
  struct plan next = plan(call_send, writing, descriptor, flags, count);
  SPOILED(next, bytes, REAL(send)(descriptor, bytes_, count_, flags))
  if (next.kind) FAIL(next.kind);
  return REAL(send)(descriptor, bytes, next.count, flags);
}

ssize_t sendto(int descriptor, const void *bytes, size_t count, int flags, const struct sockaddr *to,
               socklen_t length) {
  END_IF_DEAD(descriptor, true)
  struct plan next = plan(call_send, writing, descriptor, flags, count);
  SPOILED(next, bytes, REAL(sendto)(descriptor, bytes_, count_, flags, to, length))
  if (next.kind) FAIL(next.kind);
  return REAL(sendto)(descriptor, bytes, next.count, flags, to, length);
}

ssize_t splice(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count,
               unsigned flags) {
  if (is_dead(from)) return 0;
  END_IF_DEAD(to, true)
  // One of the two is a pipe, which is never what fails.
  struct sockaddr_storage name;
  socklen_t length = sizeof name;
  int socket = REAL(getsockname)(from, (struct sockaddr *)&name, &length) == 0 ? from : to;
  uint32_t legal = reading & ~(uint32_t)BIT(buffers);
  struct plan next = plan(call_splice, legal, socket, 0, count);
  if (next.kind) FAIL(next.kind);
  return REAL(splice)(from, from_offset, to, to_offset, next.count, flags);
}

// MARK: - Several pieces

static size_t total(const struct iovec *pieces, size_t count) {
  size_t sum = 0;
  for (size_t i = 0; i < count; i++) sum += pieces[i].iov_len;
  return sum;
}

/// Cuts pieces to so many bytes in all.
/// Returns how many pieces those are.
static size_t cut(struct iovec *cut, const struct iovec *pieces, size_t count, size_t bytes) {
  size_t used = 0;
  while (used < count && bytes > 0) {
    cut[used] = pieces[used];
    if (cut[used].iov_len > bytes) cut[used].iov_len = bytes;
    bytes -= cut[used++].iov_len;
  }
  return used;
}

#define PIECES(name, kind_of_call, legal, writes)                                                      \
  ssize_t name(int descriptor, const struct iovec *pieces, int count) {                                \
    END_IF_DEAD(descriptor, writes)                                                                    \
    if (count <= 0 || count > IOV_MAX) return REAL(name)(descriptor, pieces, count);                   \
    size_t all = total(pieces, (size_t)count);                                                         \
    struct plan next = plan(kind_of_call, legal, descriptor, 0, all);                                  \
    if (next.kind) FAIL(next.kind);                                                                    \
    if (next.count == all) return REAL(name)(descriptor, pieces, count);                               \
    struct iovec fewer[count];                                                                         \
    int used = (int)cut(fewer, pieces, (size_t)count, next.count);                                     \
    return REAL(name)(descriptor, fewer, used);                                                        \
  }

enum { writing_pieces = writing & ~(BIT(alter) | BIT(drop)) };

PIECES(readv, call_read, reading, false)
PIECES(writev, call_write, writing_pieces, true)

#define MESSAGE(name, kind_of_call, legal, writes, header_type)                                        \
  ssize_t name(int descriptor, header_type *message, int flags) {                                      \
    END_IF_DEAD(descriptor, writes)                                                                    \
    size_t all = total(message->msg_iov, message->msg_iovlen);                                         \
    struct plan next = plan(kind_of_call, legal, descriptor, flags, all);                              \
    if (next.kind) FAIL(next.kind);                                                                    \
    if (next.count == all || message->msg_controllen || message->msg_iovlen > IOV_MAX)                 \
      return REAL(name)(descriptor, message, flags);                                                   \
    struct iovec fewer[message->msg_iovlen];                                                           \
    struct msghdr changed = *message;                                                                  \
    changed.msg_iovlen = cut(fewer, message->msg_iov, message->msg_iovlen, next.count);                \
    changed.msg_iov = fewer;                                                                           \
    return REAL(name)(descriptor, &changed, flags);                                                    \
  }

MESSAGE(recvmsg, call_recvmsg, reading, false, struct msghdr)
MESSAGE(sendmsg, call_sendmsg, writing_pieces, true, const struct msghdr)
