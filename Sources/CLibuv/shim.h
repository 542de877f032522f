#ifndef CLIBUV_SHIM_H
#define CLIBUV_SHIM_H

#include <uv.h>

// libuv's handle types are a hierarchy by layout: a uv_tcp_t begins with a uv_stream_t, which
// begins with a uv_handle_t. C casts between them; Swift cannot, so these do it by name. They are
// static and inline: nothing of them is left in the binary.

/// One echo connection as libuv wants it: the handle first, so that a handle's address is the
/// connection's; one write request, since at most one write is ever under way; and one buffer.
typedef struct clibuv_connection {
  uv_tcp_t handle;
  uv_write_t request;
  char *buffer;
  /// Bytes offered to each read: one more than the nominal size of the buffer.
  size_t capacity;
  /// The counters of the loop that serves this connection.
  void *counters;
} clibuv_connection;

static inline clibuv_connection *clibuv_connection_of_stream(uv_stream_t *stream) {
  return (clibuv_connection *)stream;
}

static inline clibuv_connection *clibuv_connection_of_handle(uv_handle_t *handle) {
  return (clibuv_connection *)handle;
}

static inline uv_stream_t *clibuv_stream(clibuv_connection *connection) {
  return (uv_stream_t *)&connection->handle;
}

static inline uv_handle_t *clibuv_handle(clibuv_connection *connection) {
  return (uv_handle_t *)&connection->handle;
}

#endif
