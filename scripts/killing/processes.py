"""A thing that was begun, all processes that came of it, and what is sent to them."""

import contextlib
import os
import pathlib
import random
import shlex
import signal
import subprocess
import time

MARK = "ECHOBENCH_KILL_ANYTHING"
# What is left to processes after the end of what they belong to, in seconds.
GRACE = 2.0
# No thing that is begun here takes as long, whatever else the machine does.
PATIENCE = 600.0


class Broken(Exception):
    """What must hold and does not."""


def hold(condition: object, words: str) -> None:
    if not condition:
        raise Broken(words)


class Tree:
    """A thing that was begun, with all processes that came of it."""

    def __init__(self, trial, arguments: list, program: str = "", **options) -> None:
        self.trial = trial
        self.mark = f"{os.getpid()}.{trial.seed}.{random.getrandbits(48)}"
        self.output = trial.folder / f"{len(trial.trees)}.out"
        self.errors = self.output.with_suffix(".err")
        with open(self.output, "wb") as output, open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                [program or trial.program, *arguments], stdout=output, stderr=errors, start_new_session=True,
                env=trial.environment | {MARK: self.mark},
                **({"stdin": subprocess.DEVNULL} | options))
        # Whom of it somebody has killed, by name, and when.
        self.kills: list = []
        trial.trees.append(self)

    @property
    def id(self) -> int:
        return self.process.pid

    def members(self) -> list:
        """Every process of it that lives: zombies have no environment any more."""
        wanted = f"{MARK}={self.mark}".encode()
        found = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                environment = pathlib.Path(f"/proc/{entry}/environ").read_bytes()
                if wanted in environment.split(b"\0") and state(int(entry)) != "Z":
                    found.append(int(entry))
            except OSError:
                continue
        return found

    def send(self, process: int, number: int) -> None:
        """Only to what belongs to it."""
        with contextlib.suppress(ProcessLookupError):
            if process in self.members():
                os.kill(process, number)

    def send_group(self, process: int, number: int) -> None:
        """To a whole group of its processes, if the group has no others."""
        with contextlib.suppress(ProcessLookupError):
            group = os.getpgid(process)
            own = self.members()
            if group != os.getpgid(0) and process in own and group in own:
                os.killpg(group, number)

    def go_on(self) -> None:
        for process in self.members():
            self.send(process, signal.SIGCONT)

    def wait(self, seconds: float = PATIENCE) -> int:
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Broken(f"{self.words()} did not end within {seconds} s") from None

    def expect_no_orphans(self) -> None:
        deadline = time.monotonic() + GRACE
        while self.members() and time.monotonic() < deadline:
            time.sleep(0.02)
        left = [] if self.may_leave_commands else self.members()
        hold(not left, f"of {self.words()} is left: " + "; ".join(command(process) for process in left))

    @property
    def may_leave_commands(self) -> bool:
        """Of what a command has started only its supervisor knows, and, if that is killed, whoever started it: where
        both are, one shortly after the other, something may be left (docs/RELIABILITY.md, "What a crash leaves")."""
        moments = [[at for name, at in self.kills if name == killed] for killed in ("supervise", "itself")]
        return any(abs(one - other) < GRACE for one in moments[0] for other in moments[1])

    def words(self) -> str:
        return shlex.join(self.process.args[1:])

    def said(self) -> str:
        return self.errors.read_text(errors="replace")[-2000:]

    def end(self) -> None:
        """Whatever is still there, at the end of a time that went wrong."""
        for process in self.members():
            self.send(process, signal.SIGKILL)
        self.process.wait()


def state(process: int) -> str:
    return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def command(process: int) -> str:
    try:
        words = pathlib.Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        return f"{process} " + b" ".join(words)[:200].decode(errors="replace")
    except OSError:
        return f"{process}"


def kind(process: int) -> str:
    """`server`, `client`, `supervise`, or the name of a program."""
    try:
        words = pathlib.Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return "what was gone"
    own = [word.decode(errors="replace") for word in words[1:2] if b"echobench" in words[0] or b"fd/" in words[0]]
    return own[0] if own else os.path.basename(words[0].decode(errors="replace"))
