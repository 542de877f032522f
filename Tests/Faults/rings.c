// io_uring: what it does happens in the kernel, so the entries of a ring are changed before they are
// submitted, and completions before they are seen.
//
// An entry that is to fail becomes one that does nothing, with the same user data, whose completion then has
// the error. A send that is to be short is shortened, and completes aloud, as a short one does. What stays in
// the kernel (a receive or an accept that is to give several completions) can fail only where it begins; with
// FAULTS_ONCE it gives one, as when a kernel ends it early, and begins again. What is received into the buffers
// of a ring is short since those are offered as shorter ones.
#if __has_include(<liburing.h>)

#include "faults.h"

#include <liburing.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { most_failing = 256, most_groups = 16 };

/// Completions that are to have an error instead of what they have.
struct failing {
  uint64_t data;
  int error;
};
static __thread struct failing failing[most_failing];
static __thread int failing_count;

/// Rings of buffers, each with the length of its largest.
static struct group {
  _Atomic(struct io_uring *) ring;
  struct io_uring_buf_ring *buffers;
  unsigned count;
  uint32_t length;
} groups[most_groups];

int io_uring_queue_init_params(unsigned entries, struct io_uring *ring, struct io_uring_params *parameters) {
  enum kind kind = draw(call_ring_setup, BIT(files) | BIT(memory), -1, 0);
  if (kind) return -error_of(kind);
  return REAL(io_uring_queue_init_params)(entries, ring, parameters);
}

int io_uring_register_buf_ring(struct io_uring *ring, struct io_uring_buf_reg *registration,
                               unsigned flags) {
  enum kind kind = draw(call_ring_setup, BIT(memory), -1, 0);
  if (kind) return -error_of(kind);
  int result = REAL(io_uring_register_buf_ring)(ring, registration, flags);
  for (int i = 0; result == 0 && i < most_groups; i++) {
    struct io_uring *nobody = NULL;
    if (!atomic_compare_exchange_strong(&groups[i].ring, &nobody, ring)) continue;
    groups[i].buffers = (void *)(uintptr_t)registration->ring_addr;
    groups[i].count = registration->ring_entries;
    groups[i].length = 0;
    break;
  }
  return result;
}

void io_uring_queue_exit(struct io_uring *ring) {
  for (int i = 0; i < most_groups; i++)
    if (groups[i].ring == ring) groups[i].ring = NULL;
  REAL(io_uring_queue_exit)(ring);
}

/// Offers every buffer as one of another length.
static void shorten_buffers(struct io_uring *ring) {
  for (int i = 0; i < most_groups; i++) {
    if (groups[i].ring != ring) continue;
    struct group *group = &groups[i];
    for (unsigned n = 0; n < group->count; n++)
      if (group->buffers->bufs[n].len > group->length) group->length = group->buffers->bufs[n].len;
    if (group->length == 0 || !draw(call_ring_receive, BIT(short), -1, 0)) continue;
    for (unsigned n = 0; n < group->count; n++)
      if (group->buffers->bufs[n].len) group->buffers->bufs[n].len = (uint32_t)fewer(group->length);
  }
}

// MARK: - Entries

static void fail(struct io_uring_sqe *entry, int error) {
  if (failing_count == most_failing) return;
  failing[failing_count++] = (struct failing){entry->user_data, -error};
  uint64_t data = entry->user_data;
  memset(entry, 0, sizeof *entry);
  entry->opcode = IORING_OP_NOP;
  entry->user_data = data;
}

static bool is_once(void) { return getenv("FAULTS_ONCE"); }

static void change_accept(struct io_uring_sqe *entry) {
  if (is_once()) entry->ioprio &= (uint16_t)~IORING_ACCEPT_MULTISHOT;
  enum kind kind = draw(call_ring_accept, BIT(files) | BIT(memory) | BIT(buffers) | BIT(reset), -1, 0);
  if (kind) fail(entry, kind == kind_reset ? ECONNABORTED : error_of(kind));
}

static void change_receive(struct io_uring_sqe *entry) {
  if (is_once()) entry->ioprio &= (uint16_t)~IORING_RECV_MULTISHOT;
  bool choosesBuffer = entry->flags & IOSQE_BUFFER_SELECT;
  uint32_t legal = BIT(memory) | BIT(buffers) | BIT(reset) | (choosesBuffer ? 0 : BIT(short));
  enum kind kind = draw(call_ring_receive, legal, -1, 0);
  if (kind == kind_reset) mark_dead(entry->fd);
  if (kind == kind_short)
    entry->len = (uint32_t)fewer(entry->len);
  else if (kind)
    fail(entry, error_of(kind));
}

/// Returns false where there is nothing to be left out: a send that is whole is silent.
static bool shorten(struct io_uring_sqe *entry) {
  if (entry->opcode == IORING_OP_SEND) {
    if (entry->len < 2) return false;
    entry->len = (uint32_t)fewer(entry->len - 1);
    return true;
  }
  struct msghdr *message = (void *)(uintptr_t)entry->addr;
  if (message->msg_iovlen < 2) return false;
  message->msg_iovlen = fewer(message->msg_iovlen - 1);
  return true;
}

static void change_send(struct io_uring_sqe *entry) {
  uint32_t legal = BIT(memory) | BIT(buffers) | BIT(reset) | BIT(short) | BIT(alter);
  if (entry->msg_flags & MSG_DONTWAIT) legal |= BIT(again);
  enum kind kind = draw(call_ring_send, legal, -1, 0);
  if (kind == kind_reset) mark_dead(entry->fd);
  if (kind == kind_alter) {
    static const char other = 1;
    entry->opcode = IORING_OP_SEND;
    entry->addr = (uintptr_t)&other;
    entry->len = 1;
    entry->flags &= (uint8_t)~IOSQE_CQE_SKIP_SUCCESS;
  } else if (kind == kind_short) {
    if (shorten(entry)) entry->flags &= (uint8_t)~IOSQE_CQE_SKIP_SUCCESS;
  } else if (kind) {
    fail(entry, error_of(kind));
  }
}

static void change(struct io_uring *ring) {
  shorten_buffers(ring);
  for (unsigned n = ring->sq.sqe_head; n != ring->sq.sqe_tail; n++) {
    struct io_uring_sqe *entry = &ring->sq.sqes[n & ring->sq.ring_mask];
    switch (entry->opcode) {
      case IORING_OP_ACCEPT: change_accept(entry); break;
      case IORING_OP_RECV: change_receive(entry); break;
      case IORING_OP_SEND:
      case IORING_OP_SENDMSG: change_send(entry); break;
      default: break;
    }
  }
}

/// Puts the errors into completions that are to have them.
static void change_completions(struct io_uring *ring) {
  unsigned told = __atomic_load_n(ring->cq.ktail, __ATOMIC_ACQUIRE);
  for (unsigned n = *ring->cq.khead; failing_count > 0 && n != told; n++) {
    struct io_uring_cqe *completion = &ring->cq.cqes[n & ring->cq.ring_mask];
    for (int i = 0; i < failing_count; i++) {
      if (failing[i].data != completion->user_data || completion->res != 0) continue;
      completion->res = failing[i].error;
      failing[i] = failing[--failing_count];
      break;
    }
  }
}

// MARK: - The calls

int io_uring_submit(struct io_uring *ring) {
  change(ring);
  int result = REAL(io_uring_submit)(ring);
  change_completions(ring);
  return result;
}

/// A signal interrupts the wait; what was to be submitted has been by then.
int io_uring_submit_and_wait(struct io_uring *ring, unsigned awaited) {
  change(ring);
  enum kind kind = draw(call_ring_wait, BIT(eintr) | BIT(delay) | BIT(hang), -1, 0);
  if (kind && ring->sq.sqe_head == ring->sq.sqe_tail) return -error_of(kind);
  int result = kind ? REAL(io_uring_submit)(ring) : REAL(io_uring_submit_and_wait)(ring, awaited);
  change_completions(ring);
  return result;
}

#endif
