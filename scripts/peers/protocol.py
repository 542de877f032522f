"""Echo with a protocol: data_received, transport.write."""

from __future__ import annotations

import asyncio
import socket

import common


class Echo(asyncio.Protocol):
    """One connection. Without eof_received, the transport sends what is left and closes."""

    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)

    def pause_writing(self) -> None:
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self.transport.resume_reading()


async def start(listener: socket.socket, buffer_size: int) -> asyncio.AbstractServer:
    """Serves through create_server."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(Echo, sock=listener, backlog=common.BACKLOG)


if __name__ == "__main__":
    common.serve_on_loop(
        "protocol", start, __doc__, "accepted and not used: the loop chooses its read size")
