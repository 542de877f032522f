"""What the servers share: their options, the listening socket, the ready line and how they stop."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import resource
import signal
import socket
import sys
from types import ModuleType
from typing import Awaitable, Callable

BACKLOG = 1024
DEFAULT_BUFFER_SIZE = 256 * 1024
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

# Begins to serve the listener with buffers of so many bytes, and returns what must stay alive.
Start = Callable[[socket.socket, int], Awaitable[object]]


def serve_on_loop(style: str, start: Start, description: str | None, buffer_use: str) -> None:
    """Runs a server on asyncio or uvloop, as the command line says, until SIGINT or SIGTERM."""
    parser = option_parser(description, buffer_use)
    parser.add_argument("--loop", choices=("asyncio", "uvloop"), default="asyncio")
    options = parser.parse_args()
    run = required("uvloop").run if options.loop == "uvloop" else asyncio.run
    listener = listen(options.host, options.port)

    async def serve() -> None:
        stopped = asyncio.Event()
        for number in STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        serving = await start(listener, options.buffer_size)
        announce(listener, f"{options.loop}/{style}")
        await stopped.wait()
        # Held until here. Leaving cancels the tasks and closes the loop with its sockets.
        del serving

    run(serve())


def option_parser(description: str | None, buffer_use: str) -> argparse.ArgumentParser:
    """The options of every server. `buffer_use` says in --help what the buffer size does."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=25000, help="0 for any free one (%(default)s)")
    parser.add_argument(
        "--buffer-size", type=positive, default=DEFAULT_BUFFER_SIZE, metavar="BYTES",
        help=f"{buffer_use} (%(default)s)")
    return parser


def positive(text: str) -> int:
    """An option's value that has to be a whole number above zero."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, got '{text}'")
    return int(text)


def required(module: str) -> ModuleType:
    """Imports a module that `setup` provides, or says in a sentence that this machine has none."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        print(
            f"{module} is not available to {sys.executable} ({error}): run scripts/peers/setup "
            "and use the Python it names.", file=sys.stderr)
        raise SystemExit(os.EX_UNAVAILABLE) from None


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket with TCP_NODELAY, and leave to hold as many connections as can be."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        raise SystemExit(
            f"cannot listen on {host}, port {port} ({error}): choose another --host or --port, "
            "port 0 for any free one.") from None
    # Accepted connections inherit it. asyncio would not set it: it does so only for sockets that
    # were made with the protocol TCP by name.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def announce(listener: socket.socket, name: str) -> None:
    """Prints the ready line. Flushed, because standard output is mostly a pipe."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    print(f"listening on {shown}:{port} ({name})", flush=True)
