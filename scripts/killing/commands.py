"""Servers, clients, and the commands that start them or look at them."""

import json
import re
import shlex
import subprocess
import time

from .files import check_histogram, check_whole, documents
from .processes import COMMAND, Broken, Tree, hold
from .trial import Trial


def begin_server(trial: Trial, address: str = "127.0.0.1:0") -> tuple:
    tree = Tree(trial, server_arguments(trial, address), stdin=subprocess.PIPE)
    return tree, address_of(tree)


def server_arguments(trial: Trial, address: str) -> list:
    return ["server", "--backend", trial.backend(), "--address", address, "--until-eof"]


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


def client_arguments(address: str, *more: str) -> list:
    return ["client", address, "--duration", "300ms", "--warmup", "50ms", "--format", "json", "--timeout", "2s", *more]


def run_client(trial: Trial, address: str, *more: str) -> Tree:
    return Tree(trial, client_arguments(address, *more))


def expect_served(trial: Trial, address: str) -> None:
    """Whoever lost a client serves the next."""
    check = run_client(trial, address)
    hold(check.wait() == 0, f"after that a client ends with {check.process.returncode}: {check.said()}")


def kill_client(trial: Trial) -> str:
    server, address = begin_server(trial)
    files = {option: trial.folder / f"client.{option}" for option in ("output", "hdr", "hlog")}
    old = json.dumps({"old": True})
    if trial.random.random() < 0.5:
        files["output"].write_text(old)
    options = [word for option, path in files.items() for word in (f"--{option}", str(path))]
    tree, done = trial.begin_and_harm(
        lambda: run_client(trial, address, "--interval", "100ms", *options), trial.random.choice([0.05, 0.4, 0.5]))
    status = tree.wait()
    if files["output"].exists():
        check_whole(files["output"])
    for option in ("hdr", "hlog"):
        if files[option].exists():
            check_histogram(files[option])
    hold(status != 0 or files["output"].read_text() != old, "status 0 and no report")
    expect_served(trial, address)
    end_server(server)
    return f"{done}, status {status}"


def kill_search(trial: Trial) -> str:
    """A client that looks for the highest rate."""
    server, address = begin_server(trial)
    output = trial.folder / "rate.json"
    tree, done = trial.begin_and_harm(
        lambda: run_client(trial, address, "--find-rate", "p99<20ms", "--output", str(output)), 2)
    status = tree.wait()
    if output.exists():
        check_whole(output)
    hold(status != 0 or output.exists(), "status 0 and no report")
    expect_served(trial, address)
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
        trial.kill(server, server.id)
        server.wait()
    else:
        trial.stop(server, server.id)
    status = client.wait()
    report = check_whole(client.output)
    hold((status == 0) == (report["valid"] and not report["partial"]), f"status {status}, {report['valid']}")
    if not is_killed:
        # In a window that passes without a message there is no figure.
        hold(status in (0, 3), f"a server that went on, and status {status}: {client.said()}")
        end_server(server)
    again, _ = begin_server(trial, found)
    end_server(again)
    return f"{trial.done[-1]}, the client's status {status}"


def kill_parent(trial: Trial) -> str:
    """A server that is to end with its input, and whoever held that is killed."""
    words = shlex.join([trial.program, *server_arguments(trial, "127.0.0.1:0")])
    server = Tree(trial, ["-c", f"sleep 1000 | {words}"], program="/bin/sh")
    client = run_client(trial, address_of(server), "--duration", "2s")
    trial.pause(0.5)
    for member in server.members():
        if server.kind(member) == "sleep":
            trial.kill(server, member)
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
        trial.kill(tree, tree.id)
    tree.wait()
    documents(tree.output.read_text(), "what was observed", is_growing=True)
    end_server(server)
    return done


def kill_duet(trial: Trial) -> str:
    servers = [f"{name}={COMMAND} {trial.program} server --backend {backend} --address {{address}}"
               for name, backend in (("base", trial.backend()), ("new", trial.backend()))]
    tree = Tree(trial, ["duet", *servers, "--budget", "2s", "--duration", "50ms", "--warmup", "0"])
    if trial.random.random() < 0.7:
        trial.await_member(tree)
    done = trial.harm(tree, trial.random.choice([0.3, 1]))
    status = tree.wait()
    return f"{done}, status {status}"


def kill_anatomy(trial: Trial) -> str:
    """Of a backend, or of a command; sometimes with its instructions."""
    backend = trial.backend()
    server = trial.random.choice([
        ["--backend", backend],
        ["--server", f"{COMMAND} {trial.program} server --backend {backend} --address {{address}}"]])
    counting = [] if trial.random.random() < 0.2 else ["--no-instructions"]
    output = trial.folder / "anatomy.json"
    arguments = ["anatomy", *server, "--workers", "2", "--duration", "200ms", "--format", "json",
                 "--output", str(output)]

    def begin() -> Tree:
        tree = Tree(trial, [*arguments, *counting])
        trial.await_member(tree)
        return tree

    tree, done = trial.begin_and_harm(begin, trial.random.choice([0.5, 2]))
    status = tree.wait()
    if output.exists():
        check_whole(output)
    again = Tree(trial, [*arguments, "--no-instructions"])
    hold(again.wait() == 0, f"after that an anatomy ends with {again.process.returncode}: {again.said()}")
    check_whole(output)
    return f"{done}, status {status}"


def kill_calibrate(trial: Trial) -> str:
    tree, done = trial.begin_and_harm(lambda: Tree(trial, ["calibrate", "--format", "json"]), 1)
    status = tree.wait()
    text = tree.output.read_text()
    hold(text.count("\n") == (status == 0), f"status {status}, and {len(text)} bytes of what was calibrated")
    documents(text, "what was calibrated", is_growing=status != 0)
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
    tree, done = trial.begin_and_harm(lambda: Tree(trial, arguments), 0.05)
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
