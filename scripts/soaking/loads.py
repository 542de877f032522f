"""What our client puts on a server in its turns: each result is verified, or the soak has failed."""

import json
import math
import subprocess
import time
from typing import NamedTuple

from .server import Failed, PATIENCE

# What messages cost is compared under this load alone, which is the same in every turn.
COST = ["--workers", "1", "--connections", "4", "--size", "1000", "--engine", "event"]

# So many windows for each comparison: an odd number.
WINDOWS = 3

# One in each turn, in this order: sizes, depths, blocks, connections. The first number is that of messages of
# each worker in a second of a turn.
MIXED = [
    (800, ["--workers", "2", "--connections", "8", "--size", "64,1k,64k", "--pipeline", "4"]),
    (1600, ["--workers", "2", "--connections", "6", "--size", "uniform:1-16k", "--block", "4"]),
    (60, ["--workers", "1", "--connections", "2", "--size", "1M"]),
    (8000, ["--workers", "2", "--connections", "16", "--size", "200", "--pipeline", "32"]),
    (600, ["--workers", "2", "--connections", "4", "--size", "4k", "--reconnect", "every=20"]),
    (400, ["--workers", "1", "--connections", "4", "--size", "1000", "--rate", "2000",
           "--idle-connections", "40"]),
]


def seconds(span):
    return f"{max(1, round(1000 * span))}ms"


def start(program, server, options):
    return subprocess.Popen(
        [program, "client", "--address", server.address, "--format", "json", "--quiet", *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(client, server):
    """The report of a client. What comes back wrong, or not at all, is the server's failure; that a window is no
    measurement for another reason, as on a machine that is too busy for one, is not."""
    try:
        said, complaint = client.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        client.kill()
        client.communicate()
        raise Failed(f"{server.backend}: a client does not end") from None
    report = json.loads(said) if said else {}
    errors = (report.get("counts") or {}).get("errors")
    if errors is None or report.get("error") or sum(errors.values()) > 0:
        reasons = report.get("invalid_reasons") or [report.get("error") or complaint.strip()]
        raise Failed(f"{server.backend}: {'; '.join(map(str, reasons))}")
    return report


def made(report):
    """The connections that a client made."""
    connections = report["connections"]
    return connections["total"] + connections.get("made", 0)


class Cost(NamedTuple):
    """CPU time per message of a server, beside one that has only begun; nan where it was not read."""

    ratio: float
    ns: float


def compared_cost(program, server, fresh, span):
    """Drives both at the same moment: whatever else the machine does meanwhile, it does to both.

    In several windows, of which the middle one counts: where the scheduler puts four threads on a few CPUs
    differs from one to the next. Returns a `Cost`, and the messages and connections of the older server.
    """
    costs, messages, connections = [], 0, 0
    for window in range(WINDOWS):
        pair = (server, fresh) if window % 2 else (fresh, server)
        options = [*COST, "--warmup", seconds(span / WINDOWS / 5), "--duration", seconds(span / WINDOWS)]
        clients = [start(program, each, [*options, "--observe", str(each.pid)]) for each in pair]
        reports = dict(zip(pair, [finished(client, each) for client, each in zip(clients, pair)]))
        old, new = cost(reports[server]), cost(reports[fresh])
        costs.append(Cost(old / new, old))
        messages += reports[server]["counts"]["completed"]
        connections += made(reports[server])
    known = sorted(each for each in costs if not math.isnan(each.ratio))
    return known[len(known) // 2] if known else Cost(math.nan, math.nan), messages, connections


def cost(report):
    used = (report.get("server") or {}).get("cpu_ns")
    return used / report["counts"]["completed"] if used and report["valid"] else math.nan


def mixed(program, server, number, turn):
    messages, options = MIXED[number % len(MIXED)]
    report = finished(
        start(program, server, [*options, "--warmup", "0", "--messages", str(round(messages * turn) + 1)]),
        server)
    return report["counts"]["completed"], made(report)


def churn(program, server, connections):
    """A connection for each message."""
    report = finished(
        start(program, server, ["--workers", "2", "--size", "100", "--reconnect", "--warmup", "0",
                                "--messages", str(max(1, connections // 2))]), server)
    return report["counts"]["completed"], made(report)


def killed(program, server, span):
    """A client that is killed with messages in flight: 20 connections."""
    client = start(program, server, ["--workers", "2", "--connections", "20", "--size", "16k",
                                     "--pipeline", "8", "--duration", "60s"])
    time.sleep(span)
    client.kill()
    client.communicate()
    return 20
