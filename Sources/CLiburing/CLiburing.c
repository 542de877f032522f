#define _GNU_SOURCE

// Without liburing this target is empty: nothing uses it then.
#if __has_include(<liburing.h>)

#include "CLiburing.h"

#include <errno.h>
#include <liburing.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int cliburing_open(struct cliburing_ring *view, unsigned entries, bool deferred) {
  struct io_uring_params parameters = {
      .flags = IORING_SETUP_R_DISABLED | IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL |
               IORING_SETUP_SINGLE_ISSUER |
               (deferred ? IORING_SETUP_DEFER_TASKRUN : IORING_SETUP_COOP_TASKRUN),
      .cq_entries = 4 * entries};
  struct io_uring *ring = calloc(1, sizeof *ring);
  if (!ring) return -ENOMEM;
  int result = io_uring_queue_init_params(entries, ring, &parameters);
  if (result) {
    free(ring);
    return result;
  }
  *view = (struct cliburing_ring){.ring = ring,
                                  .entries = ring->sq.sqes,
                                  .taken = ring->sq.khead,
                                  .prepared = &ring->sq.sqe_tail,
                                  .entry_mask = ring->sq.ring_mask,
                                  .flags = ring->sq.kflags,
                                  .completions = ring->cq.cqes,
                                  .seen = ring->cq.khead,
                                  .told = ring->cq.ktail,
                                  .completion_mask = ring->cq.ring_mask};
  return 0;
}

void cliburing_enable(const struct cliburing_ring *view) {
  // liburing 2.3 declares io_uring_enable_rings, and does not have it.
  syscall(__NR_io_uring_register, view->ring->ring_fd, IORING_REGISTER_ENABLE_RINGS, 0, 0);
  // Without this each call looks the ring up among the descriptors of the process.
  io_uring_register_ring_fd(view->ring);
}

void cliburing_disable(const struct cliburing_ring *view) {
  io_uring_unregister_ring_fd(view->ring);
}

void cliburing_close(const struct cliburing_ring *view) {
  io_uring_queue_exit(view->ring);
  free(view->ring);
}

int cliburing_provide(const struct cliburing_ring *view, void *memory, unsigned entries) {
  struct io_uring_buf_reg registration = {.ring_addr = (uintptr_t)memory, .ring_entries = entries};
  return io_uring_register_buf_ring(view->ring, &registration, 0);
}

#endif
