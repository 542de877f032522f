"""Echo with a buffered protocol: get_buffer, buffer_updated, transport.write."""

from __future__ import annotations

import asyncio
import socket

import common


class Echo(asyncio.BufferedProtocol):
    """One connection. Without eof_received, the transport sends what is left and closes."""

    transport: asyncio.Transport

    def __init__(self, buffer_size: int) -> None:
        self.buffer = bytearray(buffer_size)

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport

    def get_buffer(self, sizehint: int) -> bytearray:
        return self.buffer

    def buffer_updated(self, nbytes: int) -> None:
        # The slice is a copy. The transport may send a view of the buffer only after the next read
        # has written over it.
        self.transport.write(self.buffer[:nbytes])

    def pause_writing(self) -> None:
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self.transport.resume_reading()


async def start(listener: socket.socket, buffer_size: int) -> asyncio.AbstractServer:
    """Serves through create_server."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: Echo(buffer_size), sock=listener, backlog=common.BACKLOG)


if __name__ == "__main__":
    common.serve_on_loop("buffered", start, __doc__, "bytes of each connection's buffer")
