#ifndef CLIBURING_H
#define CLIBURING_H

// liburing without <liburing.h>: that defines _GNU_SOURCE and includes half of the C library, whose
// types would then belong to this module as well as to Swift's Glibc. Here are the kernel's part of it,
// a view of a ring for the loops that Swift inlines, and what is prepared by name. liburing itself sets
// rings up, and makes the calls.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/time_types.h>
#include <liburing/io_uring.h>

/// liburing's ring.
struct io_uring;

/// io_uring_submit_and_wait(3).
int io_uring_submit_and_wait(struct io_uring *ring, unsigned awaited);

/// io_uring_submit(3).
int io_uring_submit(struct io_uring *ring);

/// A ring as the measured loops see it: where liburing and the kernel have its two queues.
struct cliburing_ring {
  struct io_uring *ring;
  struct io_uring_sqe *entries;
  /// Entries that the kernel has taken, and that were prepared: counts that wrap around.
  const unsigned *taken;
  unsigned *prepared;
  unsigned entry_mask;
  /// The kernel's flags, of which IORING_SQ_CQ_OVERFLOW is one.
  const unsigned *flags;
  struct io_uring_cqe *completions;
  /// Completions that were seen to, and that there are: counts that wrap around.
  unsigned *seen;
  const unsigned *told;
  unsigned completion_mask;
};

// MARK: - Set-up

/// Makes a ring of `entries` submissions, a power of two, and 4 times as many completions. One thread
/// uses it, and what is to be done for it is done inside that thread's calls of io_uring_enter(2);
/// `deferred`: only where they wait (Linux 6.1). Nothing can be submitted before `cliburing_enable`.
/// Returns 0 or -errno; -EINVAL of a kernel before Linux 6.0.
int cliburing_open(struct cliburing_ring *view, unsigned entries, bool deferred);

/// Makes the calling thread the one that uses the ring.
void cliburing_enable(const struct cliburing_ring *view);

/// Gives back what `cliburing_enable` took, on the same thread.
void cliburing_disable(const struct cliburing_ring *view);

/// Ends a ring.
void cliburing_close(const struct cliburing_ring *view);

/// Makes `memory`, whole pages of zeros, the ring of `entries` buffers that is group 0. They are offered
/// with `cliburing_offer`. Returns 0 or -errno.
int cliburing_provide(const struct cliburing_ring *view, void *memory, unsigned entries);

// MARK: - The queues

// All of this is static and inline: nothing of it is left in the binary.

/// The next entry to be prepared; 0 when the queue is full.
static inline struct io_uring_sqe *cliburing_next(const struct cliburing_ring *view) {
  unsigned prepared = *view->prepared;
  if (prepared - __atomic_load_n(view->taken, __ATOMIC_ACQUIRE) > view->entry_mask) return 0;
  *view->prepared = prepared + 1;
  return &view->entries[prepared & view->entry_mask];
}

/// How many completions nobody has seen to.
static inline unsigned cliburing_unseen(const struct cliburing_ring *view) {
  return __atomic_load_n(view->told, __ATOMIC_ACQUIRE) - *view->seen;
}

/// The first of them.
static inline const struct io_uring_cqe *cliburing_first(const struct cliburing_ring *view) {
  return &view->completions[*view->seen & view->completion_mask];
}

/// The first has been seen to: its place may be taken.
static inline void cliburing_see(const struct cliburing_ring *view) {
  __atomic_store_n(view->seen, *view->seen + 1, __ATOMIC_RELEASE);
}

/// Whether every entry has been taken, and no completion is left behind in the kernel.
static inline bool cliburing_all_told(const struct cliburing_ring *view) {
  return *view->prepared == __atomic_load_n(view->taken, __ATOMIC_ACQUIRE) &&
         !(__atomic_load_n(view->flags, __ATOMIC_RELAXED) & IORING_SQ_CQ_OVERFLOW);
}

/// Offers a buffer to the kernel: the `mask` is that of the entries of the ring of buffers.
static inline void cliburing_offer(struct io_uring_buf_ring *ring, unsigned mask, void *bytes,
                                   uint32_t size, uint16_t number) {
  struct io_uring_buf *buffer = &ring->bufs[ring->tail & mask];
  buffer->addr = (uintptr_t)bytes;
  buffer->len = size;
  buffer->bid = number;
  __atomic_store_n(&ring->tail, (uint16_t)(ring->tail + 1), __ATOMIC_RELEASE);
}

// MARK: - What is submitted

/// Accepts until that fails: a completion for each connection. `flags` are those of accept4(2).
static inline void cliburing_accept(struct io_uring_sqe *entry, int listener, int flags,
                                    uint64_t data) {
  *entry = (struct io_uring_sqe){.opcode = IORING_OP_ACCEPT,
                                 .ioprio = IORING_ACCEPT_MULTISHOT,
                                 .fd = listener,
                                 .accept_flags = (unsigned)flags,
                                 .user_data = data};
}

/// Tells once that a descriptor is ready for `events` of poll(2).
static inline void cliburing_poll(struct io_uring_sqe *entry, int descriptor, uint16_t events,
                                  uint64_t data) {
  *entry = (struct io_uring_sqe){.opcode = IORING_OP_POLL_ADD,
                                 .fd = descriptor,
                                 .poll_events = events,
                                 .user_data = data};
}

/// Completes after a span of time, which has to be there until this has been submitted.
static inline void cliburing_pause(struct io_uring_sqe *entry, const struct __kernel_timespec *span,
                                   uint64_t data) {
  *entry = (struct io_uring_sqe){.opcode = IORING_OP_TIMEOUT,
                                 .fd = -1,
                                 .addr = (uintptr_t)span,
                                 .len = 1,
                                 .user_data = data};
}

/// Cancels everything that is under way.
static inline void cliburing_cancel_all(struct io_uring_sqe *entry, uint64_t data) {
  *entry = (struct io_uring_sqe){
      .opcode = IORING_OP_ASYNC_CANCEL,
      .fd = -1,
      .cancel_flags = IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL,
      .user_data = data};
}

/// Cancels what was submitted with the user data `target`; completes only when there is no such.
static inline void cliburing_cancel(struct io_uring_sqe *entry, uint64_t target, uint64_t data) {
  *entry = (struct io_uring_sqe){.opcode = IORING_OP_ASYNC_CANCEL,
                                 .flags = IOSQE_CQE_SKIP_SUCCESS,
                                 .fd = -1,
                                 .addr = target,
                                 .user_data = data};
}

/// Receives once into memory of the caller's.
static inline void cliburing_receive(struct io_uring_sqe *entry, int connection, void *bytes,
                                     uint32_t capacity, uint64_t data) {
  *entry = (struct io_uring_sqe){.opcode = IORING_OP_RECV,
                                 .fd = connection,
                                 .addr = (uintptr_t)bytes,
                                 .len = capacity,
                                 .user_data = data};
}

/// Receives into the next buffer of group 0: a completion with the number of the buffer. `staying`:
/// until that fails or the stream ends, each time into the next.
static inline void cliburing_receive_next(struct io_uring_sqe *entry, int connection, bool staying,
                                          uint64_t data) {
  *entry = (struct io_uring_sqe){.opcode = IORING_OP_RECV,
                                 .flags = IOSQE_BUFFER_SELECT,
                                 .ioprio = staying ? IORING_RECV_MULTISHOT : 0,
                                 .fd = connection,
                                 .user_data = data};
}

/// Sends; `flags` are those of send(2). Without MSG_DONTWAIT the kernel waits until a full socket takes
/// something, and with MSG_WAITALL everything.
static inline void cliburing_send(struct io_uring_sqe *entry, int connection, const void *bytes,
                                  uint32_t count, int flags, uint64_t data) {
  *entry = (struct io_uring_sqe){.opcode = IORING_OP_SEND,
                                 .fd = connection,
                                 .addr = (uintptr_t)bytes,
                                 .len = count,
                                 .msg_flags = (unsigned)flags,
                                 .user_data = data};
}

// A quiet send has MSG_DONTWAIT and MSG_WAITALL. By the first it is over when it has been submitted; by
// the second one that is short has failed, and completes with what was sent. One that is whole
// completes in silence.

/// The same, quietly.
static inline void cliburing_send_quietly(struct io_uring_sqe *entry, int connection,
                                          const void *bytes, uint32_t count, int flags,
                                          uint64_t data) {
  cliburing_send(entry, connection, bytes, count, flags, data);
  entry->flags = IOSQE_CQE_SKIP_SUCCESS;
}

/// Sends several pieces quietly: a `struct msghdr`, which has to be there until this has been
/// submitted.
static inline void cliburing_send_pieces_quietly(struct io_uring_sqe *entry, int connection,
                                                 const void *message, int flags, uint64_t data) {
  cliburing_send_quietly(entry, connection, message, 1, flags, data);
  entry->opcode = IORING_OP_SENDMSG;
}

#endif
