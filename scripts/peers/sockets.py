"""Echo with the loop's own socket calls: sock_accept, sock_recv_into, sock_sendall."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys

import common


async def start(listener: socket.socket, buffer_size: int) -> asyncio.Task[None]:
    """Serves in a task."""
    listener.setblocking(False)
    return asyncio.get_running_loop().create_task(accept(listener, buffer_size))


async def accept(listener: socket.socket, buffer_size: int) -> None:
    """Gives each connection a task of its own."""
    loop = asyncio.get_running_loop()
    tasks = set()  # the loop alone would not keep them alive
    while True:
        try:
            client, _ = await loop.sock_accept(listener)
        except OSError as error:
            print(f"accept: {error}; trying again in a second", file=sys.stderr)
            await asyncio.sleep(1)
            continue
        task = loop.create_task(echo(client, buffer_size))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def echo(client: socket.socket, buffer_size: int) -> None:
    """Echoes until the end of the stream, or until the connection is lost."""
    loop = asyncio.get_running_loop()
    buffer = memoryview(bytearray(buffer_size))
    with client, contextlib.suppress(OSError):
        while received := await loop.sock_recv_into(client, buffer):
            await loop.sock_sendall(client, buffer[:received])


if __name__ == "__main__":
    common.serve_on_loop("sockets", start, __doc__, "bytes of each connection's buffer")
