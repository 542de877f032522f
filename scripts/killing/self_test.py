"""Plants what is to be found, and what is to be let off: `scripts/kill-anything --self-test`."""

import concurrent.futures
import pathlib
import shlex
import shutil
import signal
import subprocess

from . import proc
from .files import check_folder, check_histogram
from .processes import COMMAND, Broken, Tree, hold
from .tally import FULL, Tally
from .trial import Trial


def run(program: pathlib.Path, backends: list) -> bool:
    """Prints what was planted, and whether it was found. Returns whether all is as it is to be."""
    with concurrent.futures.ThreadPoolExecutor(len(CHECKS)) as pool:
        told = list(pool.map(lambda check: failure(program, backends, check[1]), CHECKS))
    good = True
    for (what, _, finding), said in zip(CHECKS, told):
        is_right = finding in said if finding else not said
        good &= is_right
        outcome = "found" if finding else "let off"
        print(f"{what}: {outcome if is_right else f'NOT {outcome.upper()}: {said!r}'}", flush=True)
    return good


def failure(program: pathlib.Path, backends: list, body) -> str:
    """What a time says that has to fail; nothing where it does not."""
    trial = Trial(1, program, backends, Tally(["planted"]), "planted", lambda trial: body(trial) or "")
    try:
        trial.run()
    except Broken as broken:
        return str(broken)
    finally:
        shutil.rmtree(trial.folder, ignore_errors=True)
    return ""


# Processes.

def shell(trial: Trial, script: str) -> Tree:
    """Its input stays open."""
    return Tree(trial, ["-c", script], program="/bin/sh", stdin=subprocess.PIPE)


def orphan(trial: Trial) -> None:
    """Its parent ends by itself."""
    shell(trial, "setsid sleep 1000 & exit 0").wait()


def survivor(seconds: float, stopped: float = 0):
    """Its parent is killed, and the rest goes on.
    - Parameter stopped: for so long something of the whole is."""
    def body(trial: Trial) -> None:
        tree = shell(trial, f"sh -c 'setsid sleep {seconds}; :' & wait; sleep 5")
        trial.kill(tree, proc.look_up(trial.await_member(tree, "sleep")).parent)
        if stopped:
            tree.stop(tree.id, stopped)
        tree.wait()
    return body


def command(words: str, is_starter_killed: bool = True):
    """A command whose supervisor is killed, and whoever had started that."""
    def body(trial: Trial) -> None:
        line = words.format(server=f"{trial.program} server --backend threads --address 127.0.0.1:0")
        supervised = shlex.join([trial.program, "supervise", "/bin/sh", "-c", line])
        # Who is killed is to have started nothing else.
        tree = shell(trial, f"{supervised}; {'read' if is_starter_killed else 'sleep'} 4")
        hold(trial.await_member(tree, "server" if "{server}" in words else "sleep"), "nothing runs")
        members = {tree.kind(member): member for member in tree.members()}
        trial.kill(tree, members["supervise"])
        if is_starter_killed:
            trial.kill(tree, tree.id)
        tree.wait()
    return body


def nobody(trial: Trial) -> None:
    tree = shell(trial, "exit 0")
    tree.wait()
    trial.kill(tree, tree.id)
    hold(not tree.kills and not trial.done and not trial.tally.sent, "it counts")


# Files.

def file(name: str, text: str, is_finished: bool = True):
    """In the folder of a suite."""
    def body(trial: Trial) -> None:
        folder = trial.folder / "out"
        folder.mkdir()
        (folder / name).write_text(text)
        check_folder(folder, is_finished)
    return body


def percentiles(trial: Trial) -> None:
    path = trial.folder / "client.hdr"
    path.write_text("Value Percentile TotalCount 1/(1-Percentile)\n\n 1.000 0.5")
    check_histogram(path)


def left_folder(trial: Trial) -> None:
    (trial.temporary / "echobench-abcdef").mkdir()


LINE = '{"attempt":1,"round":1,"scenario":0}\n'


# What was tried.

def tried(*kinds: str, times: int = FULL):
    """A run that was to send something to suites and merges."""
    def body(trial: Trial) -> None:
        tally = Tally(["suite", "merge"])
        for _ in range(times):
            tally.begin("suite")
        for kind in kinds:
            tally.add(kind, signal.SIGKILL, kind, [])
        hold(not tally.problems, "; ".join(tally.problems))
    return body


CHECKS = [
    ("a process in a session of its own whose parent has ended", orphan, "is left: "),
    ("one that is there 2 s after its parent was killed, while the rest goes on", survivor(60), "is there 2 s later"),
    ("one that is gone by then", survivor(0.5), ""),
    ("one that is not, where for 3 s something was stopped", survivor(4, stopped=3), ""),
    ("a command whose supervisor was killed, and the supervisor's starter",
     command("trap '' TERM; sleep 1000; :"), ""),
    ("one whose supervisor alone was killed", command("sleep 1000; :", is_starter_killed=False), "sleep 1000"),
    ("this program in the place of such a command", command(f"{COMMAND} {{server}}; :"), ""),
    ("this program below a supervisor otherwise", command("{server}; :"), "server --backend"),
    ("a kill of a process that is gone", nobody, ""),
    ("half of a document", file("plan.json", '{"schema":"ech'), "is no document"),
    ("half of a log's line", file("trials.jsonl", LINE + LINE[:9]), "in the middle of a line"),
    ("the same where the suite was killed", file("trials.jsonl", LINE + LINE[:9], is_finished=False), ""),
    ("half of a line that is not the last", file("trials.jsonl", LINE[:9] + "\n" + LINE, is_finished=False),
     "is no document"),
    ("an attempt that is there twice", file("trials.jsonl", LINE + LINE), "twice"),
    ("half of a page", file("report.html", "<html>\n"), "is not whole"),
    ("half of a histogram's percentiles", percentiles, "is not whole"),
    ("what was to replace a file, in a suite that is whole", file("plan.json.echobench-new-7", ""), "was left behind"),
    ("a folder of a socket, where nothing was killed", left_folder, "was left behind"),
    (f"{FULL} times, and a kind that was sent nothing", tried("suite"), "no merge was ever sent a signal"),
    (f"{FULL} times, and each kind was sent something", tried("suite", "merge"), ""),
    ("fewer, and a kind that was sent nothing", tried("suite", times=FULL - 1), ""),
]
