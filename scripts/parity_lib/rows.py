"""What is compared with what: one row for each backend and client engine."""

from typing import NamedTuple, Optional, Tuple

CONNECTIONS = 5
SERVER_BUFFER = 65536
SIZES = (1000, 4096, 65536)
EXACT_SIZES = (1000, 65536)
# Instructions in user space may be this many times the reference's.
INSTRUCTION_TARGET = 1.5


class Row(NamedTuple):
    """A program of ours, its reference, and the program at the other end of the connections."""

    name: str
    role: str  # "server" or "client": which side is measured
    ours: Tuple[str, ...]
    reference: Tuple[str, ...]
    counterpart: Tuple[str, ...]
    target: Optional[float]  # None: the ratio is only stated

    @property
    def against(self):
        """The reference as a table names it."""
        return " ".join(self.reference)


def _server(name, reference, counterpart, target):
    return Row(name, "server", ("server", "--backend", name), ("srv", reference),
               ("cli", counterpart), target)


def _client(name, options, reference, counterpart):
    ours = ("client", "--engine", name, "--verify", "full") + options
    return Row(name, "client", ours, ("cli", reference, "-v", "1", "-L", "1"),
               ("srv", counterpart), 1.05)


ROWS = (
    _server("threads", "thr", "thr", 1.03),
    _server("libuv", "uvt1", "epoll", 1.03),
    # Dispatch re-arms every event: two system calls more that no backend can avoid.
    _server("dispatch", "epoll", "epoll", None),
    _client("blocking", ("--workers", "5"), "thr", "thr"),
    _client("event", ("--workers", "1", "--connections", "5"), "epoll", "uvt1"),
)
