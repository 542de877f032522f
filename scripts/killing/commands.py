"""Servers, clients, and the commands that start or read them."""

import json
import re
import shlex
import signal
import subprocess
import time

from .files import check_whole, documents
from .processes import Broken, Tree, hold, kind
from .trial import Trial


def begin_server(trial: Trial, address: str = "127.0.0.1:0") -> tuple:
    tree = Tree(trial, server_arguments(trial, address), stdin=subprocess.PIPE)
    return tree, address_of(tree)


def server_arguments(trial: Trial, address: str) -> list:
    backend = trial.random.choice(["threads", "epoll", "libuv"])
    return ["server", "--backend", backend, "--address", address, "--until-eof"]


def address_of(server: Tree) -> str:
    """Where it listens, once it says so."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.process.poll() is None:
        match = re.search(r"^listening on (\S+)", server.output.read_text())
        if match:
            return match[1]
        time.sleep(0.01)
    raise Broken(f"{server.words()} does not listen: {server.said()}")


def end_server(tree: Tree) -> None:
    tree.process.stdin.close()
    hold(tree.wait(10) == 0, f"a server ended with {tree.process.returncode}: {tree.said()}")
    tree.expect_no_orphans()


def run_client(trial: Trial, address: str, *more: str) -> Tree:
    return Tree(trial, ["client", address, "--duration", "300ms", "--warmup", "50ms", "--format", "json",
                        "--timeout", "2s", *more])


def kill_client(trial: Trial) -> str:
    server, address = begin_server(trial)
    files = {option: trial.folder / f"client.{option}" for option in ("output", "hdr", "hlog")}
    old = json.dumps({"old": True})
    if trial.random.random() < 0.5:
        files["output"].write_text(old)
    options = [word for option, path in files.items() for word in (f"--{option}", str(path))]
    tree = run_client(trial, address, "--interval", "100ms", *options)
    done = trial.harm(tree, trial.random.choice([0.05, 0.4, 0.5]))
    status = tree.wait()
    if files["output"].exists():
        check_whole(files["output"])
    hold(status != 0 or files["output"].read_text() != old, "status 0 and no report")
    # Whoever lost a client serves the next.
    check = run_client(trial, address)
    hold(check.wait() == 0, f"after that a client ends with {check.process.returncode}: {check.said()}")
    end_server(server)
    return f"{done}, status {status}"


def kill_server(trial: Trial) -> str:
    path = trial.folder / "echo"
    address = trial.random.choice(["127.0.0.1:0", f"unix:{path}"])
    server, found = begin_server(trial, address)
    client = run_client(trial, found, "--workers", "2")
    trial.pause(0.5)
    is_killed = trial.random.random() < 0.7
    if is_killed:
        server.send(server.id, signal.SIGKILL)
        server.wait()
    else:
        server.send(server.id, signal.SIGSTOP)
        time.sleep(trial.random.uniform(0.1, 0.5))
        server.send(server.id, signal.SIGCONT)
    status = client.wait()
    report = check_whole(client.output)
    hold((status == 0) == (report["valid"] and not report["partial"]), f"status {status}, {report['valid']}")
    if not is_killed:
        # In a window that passes without a message there is no figure.
        hold(status in (0, 3), f"a server that went on, and status {status}: {client.said()}")
        end_server(server)
    again, _ = begin_server(trial, found)
    end_server(again)
    return f"{'killed' if is_killed else 'stopped'}, the client's status {status}"


def kill_parent(trial: Trial) -> str:
    """A server that is to end with its input, and whoever held that is killed."""
    words = shlex.join([trial.program, *server_arguments(trial, "127.0.0.1:0")])
    server = Tree(trial, ["-c", f"sleep 1000 | {words}"], program="/bin/sh")
    client = run_client(trial, address_of(server), "--duration", "2s")
    trial.pause(0.5)
    for member in server.members():
        if kind(member) == "sleep":
            server.send(member, signal.SIGKILL)
    hold(server.wait(10) == 0, f"without an input it ends with {server.process.returncode}")
    client.wait()
    check_whole(client.output)
    return "whoever held its input"


def kill_observe(trial: Trial) -> str:
    server, address = begin_server(trial)
    port = address.rpartition(":")[2]
    tree = Tree(trial, ["observe", "--listener", port, "--every", "100ms", "--format", "json"])
    done = trial.harm(tree, 0.8)
    if tree.process.poll() is None:
        tree.send(tree.id, signal.SIGKILL)
    tree.wait()
    documents(tree.output.read_text(), "what was observed", is_growing=True)
    end_server(server)
    return done


def kill_duet(trial: Trial) -> str:
    servers = [f"{name}={trial.program} server --backend {name} --address {{address}}"
               for name in ("threads", "epoll")]
    tree = Tree(trial, ["duet", *servers, "--budget", "2s", "--duration", "50ms", "--warmup", "0"])
    done = trial.harm(tree, trial.random.choice([0.3, 1]))
    status = tree.wait()
    return f"{done}, status {status}"


def kill_merge(trial: Trial) -> str:
    server, address = begin_server(trial)
    reports = trial.folder / "reports"
    reports.mkdir()
    clients = [run_client(trial, address, "--shard", f"{n}/2", "--id", f"h{n}", "--cooldown", "50ms",
                          "--output", str(reports / f"{n}.json")) for n in (1, 2)]
    for client in clients:
        hold(client.wait() == 0, f"a client ended with {client.process.returncode}: {client.said()}")
    end_server(server)
    output = trial.folder / "merged.json"
    arguments = ["merge", str(reports), "--format", "json", "--output", str(output)]
    tree = Tree(trial, arguments)
    done = trial.harm(tree, 0.05)
    tree.wait()
    if output.exists():
        check_whole(output)
    (reports / "1.json.echobench-new-7").write_text('{"schema": "ech')
    again = Tree(trial, arguments)
    hold(again.wait() in (0, 1), f"merge ends with {again.process.returncode}: {again.said()}")
    if again.process.returncode == 0:
        check_whole(output)
    else:
        hold("echobench-new" not in again.said(), again.said())
    return done
