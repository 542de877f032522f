"""Echo with a thread per connection out of a fastthreadpool pool, as published or corrected.

The published form is the server of "A socketserver with threads vs uvloop" (2020-01-10), by the
author of fastthreadpool: it answers with its whole buffer, however little it received, and it does
not notice the end of the stream.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from typing import Any, Callable

import common

Echo = Callable[[socket.socket, int], None]


def published(client: socket.socket, buffer_size: int) -> None:
    """Answers whatever it receives, even the end of the stream, with its whole buffer."""
    buffer = bytearray(buffer_size)
    buffers = [buffer]
    while True:
        client.recvmsg_into(buffers)
        client.sendall(buffer)


def corrected(client: socket.socket, buffer_size: int) -> None:
    """Answers with the bytes it received, until the end of the stream."""
    buffer = memoryview(bytearray(buffer_size))
    buffers = [buffer]
    while received := client.recvmsg_into(buffers)[0]:
        client.sendall(buffer[:received])


FORMS = {"published": published, "corrected": corrected}


def serve(client: socket.socket, echo: Echo, buffer_size: int) -> None:
    """Serves one connection, to its end or its loss."""
    with client, contextlib.suppress(OSError):
        echo(client, buffer_size)


def accept(pool: Any, listener: socket.socket, echo: Echo, buffer_size: int) -> None:
    """Submits each connection to the pool, in which this loop occupies a thread itself."""
    while True:
        try:
            client, _ = listener.accept()
        except OSError as error:
            print(f"accept: {error}; trying again in a second", file=sys.stderr)
            time.sleep(1)
            continue
        pool.submit(serve, client, echo, buffer_size)


def start_threads(pool: Any, count: int) -> None:
    """Has the pool start all its threads, by keeping each busy until the last one runs.

    By itself the pool starts none while one is idle, however many connections arrive at once: they
    would wait for the idle one in turn.
    """
    running = threading.Semaphore(0)
    all_run = threading.Event()

    def hold() -> None:
        running.release()
        all_run.wait()

    for _ in range(count):
        pool.submit(hold)
        running.acquire()
    all_run.set()


def main() -> None:
    parser = common.option_parser(__doc__, "bytes of each connection's buffer")
    parser.add_argument("--form", choices=FORMS, default="corrected")
    parser.add_argument(
        "--threads", type=common.positive, default=16,
        help="threads of the pool; it serves one connection less at a time (%(default)s)")
    options = parser.parse_args()
    if options.threads < 2:
        parser.error("--threads must be at least 2, since accepting occupies one of them.")

    pool = common.required("fastthreadpool").Pool(options.threads)
    listener = common.listen(options.host, options.port)
    # Blocked before the pool starts threads, so that sigwait below is the one to receive them.
    signal.pthread_sigmask(signal.SIG_BLOCK, common.STOP_SIGNALS)
    start_threads(pool, options.threads)
    pool.submit(accept, pool, listener, FORMS[options.form], options.buffer_size)
    common.announce(listener, f"fastthreadpool/{options.form}")
    signal.sigwait(common.STOP_SIGNALS)
    os._exit(0)  # a regular exit would join threads that wait for their peers, or send for ever


if __name__ == "__main__":
    main()
