#ifndef CLIBUV_SHIM_H
#define CLIBUV_SHIM_H

#include <uv.h>

// libuv's handle types are a hierarchy by layout: a uv_tcp_t begins with a uv_stream_t, which
// begins with a uv_handle_t. C casts between them; Swift cannot, so these do it by name. They are
// static and inline: nothing of them is left in the binary.

/// A loop as its callbacks see it: libuv's part first, so that its address is the loop's; and what
/// all connections of the loop share.
typedef struct clibuv_loop {
  uv_loop_t loop;
  /// Lent to whichever connection is read.
  char *buffer;
  /// Bytes offered to each read: one more than the nominal size of the buffer.
  size_t capacity;
  void *counters;
} clibuv_loop;

static inline clibuv_loop *clibuv_loop_of_stream(uv_stream_t *stream) {
  return (clibuv_loop *)stream->loop;
}

static inline clibuv_loop *clibuv_loop_of_handle(uv_handle_t *handle) {
  return (clibuv_loop *)handle->loop;
}

static inline uv_stream_t *clibuv_stream(uv_tcp_t *connection) {
  return (uv_stream_t *)connection;
}

static inline uv_handle_t *clibuv_handle(uv_stream_t *stream) {
  return (uv_handle_t *)stream;
}

#endif
