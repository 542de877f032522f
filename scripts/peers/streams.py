"""Echo with streams: StreamReader.read, StreamWriter.write, drain."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import common


async def start(listener: socket.socket, buffer_size: int) -> asyncio.AbstractServer:
    """Serves through start_server."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Python 3.11 reports a cancelled handler as an error, so it has to end by itself.
        with contextlib.closing(writer), contextlib.suppress(OSError, asyncio.CancelledError):
            while data := await reader.read(buffer_size):
                writer.write(data)
                await writer.drain()

    return await asyncio.start_server(echo, sock=listener, backlog=common.BACKLOG)


if __name__ == "__main__":
    common.serve_on_loop(
        "streams", start, __doc__,
        "most bytes that one read takes out of the stream; the loop fills the stream by its own "
        "measure")
