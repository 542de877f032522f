"""A thing that was begun, all processes that came of it, and what is sent to them."""

import contextlib
import dataclasses
import os
import pathlib
import random
import shlex
import signal
import subprocess
import time

from . import proc
from .watch import GRACE, Patience, Watch

MARK = "ECHOBENCH_KILL_ANYTHING"
# The command of a suite or duet has it in its environment where it is this program, which stands for somebody else's.
COMMAND = "ECHOBENCH_KILL_ANYTHING_COMMAND=1"
# What a supervisor's command has in its environment (SupervisorMark.swift).
SUPERVISOR = "ECHOBENCH_SUPERVISOR"
# No thing that is begun here takes as long, whatever else the machine does.
PATIENCE = 600.0


class Broken(Exception):
    """What must hold and does not."""


def hold(condition: object, words: str) -> None:
    if not condition:
        raise Broken(words)


@dataclasses.dataclass(frozen=True)
class Kill:
    """Somebody whom we have killed."""
    process: proc.Process
    kind: str
    # The id of whoever had started it.
    starter: int
    at: float


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
        self.kills: list = []
        # Of these who had started something.
        self.watches: list = []
        # By process, the id of its first parent that was seen: orphans have another.
        self.starters: dict = {}
        # While something of it is.
        self.is_stopped = False
        # What is to be continued: one that waits for a CPU is not seen to be stopped yet, and will be.
        self.stopped: set = set()
        trial.trees.append(self)

    @property
    def id(self) -> int:
        return self.process.pid

    def members(self) -> list:
        """Every process of it that lives: zombies have no environment any more."""
        wanted = f"{MARK}={self.mark}".encode()
        found = [each for each in proc.identifiers() if wanted in proc.environment(each)]
        return [each for each in found if (stat := proc.look_up(each)) and stat.is_alive]

    def kind(self, process: int) -> str:
        """`server`, `client`, `supervise`, or the name of a program."""
        words = proc.words(process)
        if len(words) > 1 and proc.runs(process, self.trial.program):
            return words[1]
        return os.path.basename(words[0]) if words else "what was gone"

    # What is sent to it.

    def send(self, process: int, number: int, whole_group: bool = False) -> list:
        """Only to what belongs to it: to a process, or to a whole group, if that has no others.
        Returns to what it was sent, by kinds."""
        own = self.members()
        receivers = self.group(process, own) if whole_group else [each for each in own if each == process]
        kinds = {each: (self.kind(each), proc.words(each)) for each in receivers}
        processes = proc.table() if number == signal.SIGKILL else {}
        receivers = [each for each in receivers if each in processes or number != signal.SIGKILL]
        for each in own:
            if each in processes:
                self.starters.setdefault(processes[each].process, processes[each].parent)
        if not receivers:
            return []
        try:
            if whole_group:
                os.killpg(os.getpgid(process), number)
            else:
                os.kill(process, number)
        except ProcessLookupError:
            return []
        if number == signal.SIGKILL:
            self.note(receivers, kinds, processes)
        if number == signal.SIGSTOP:
            self.stopped.update(receivers)
        for each in receivers:
            self.trial.tally.add(self.trial.what, number, *kinds[each])
        return [kinds[each][0] for each in receivers]

    def group(self, process: int, own: list) -> list:
        with contextlib.suppress(ProcessLookupError):
            group = os.getpgid(process)
            if group != os.getpgid(0) and process in own and group in own:
                return [each for each in own if group_of(each) == group]
        return []

    def note(self, killed: list, kinds: dict, processes: dict) -> None:
        """Whom we have killed, and that whatever those had started by then is to end."""
        for each in killed:
            process = processes[each].process
            self.kills.append(Kill(process, kinds[each][0], self.starters[process], time.monotonic()))
        noted = proc.below(set(killed), processes)
        if noted:
            self.watches.append(Watch(self, [kinds[each][0] for each in killed], noted))

    def stop(self, process: int, seconds: float, whole_group: bool = False) -> list:
        """For so long. Returns what was stopped, by kinds."""
        self.is_stopped = True
        try:
            kinds = self.send(process, signal.SIGSTOP, whole_group)
            if kinds:
                time.sleep(seconds)
                self.go_on()
        finally:
            self.is_stopped = False
        return kinds

    def go_on(self) -> None:
        for each in self.members():
            stat = proc.look_up(each)
            if each in self.stopped or stat and stat.is_stopped:
                self.send(each, signal.SIGCONT)
        self.stopped.clear()

    # What becomes of it.

    def wait(self, seconds: float = PATIENCE) -> int:
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Broken(f"{self.words()} did not end within {seconds} s") from None

    def expect_no_orphans(self) -> None:
        """After its end; and after that of whatever of it was killed before."""
        patience = Patience()
        while self.members() and not patience.is_over:
            patience.pause(self.is_stopped)
        for watch in self.watches:
            watch.join()
            hold(not watch.left, f"{self.words()}: {', '.join(watch.killed)} was killed, and what that had started is"
                 f" there {GRACE:g} s later: " + "; ".join(watch.left))
        left = [proc.command(each) for each in self.members() if not self.may_be_left(each)]
        hold(not left, f"of {self.words()} is left: " + "; ".join(left))

    def may_be_left(self, process: int) -> bool:
        """Of what a command has started only its supervisor knows, and, if that is killed, whoever started it: where
        both are, one shortly after the other, something may be left (docs/RELIABILITY.md, "What a crash leaves").
        Nothing of this program may, but for what stands for somebody's command."""
        variables = proc.environment(process)
        if proc.runs(process, self.trial.program) and COMMAND.encode() not in variables:
            return False
        may_be = any(
            f"{SUPERVISOR}={kill.process.id}.{kill.process.start}".encode() in variables
            and any(other.process.id == kill.starter and abs(other.at - kill.at) < GRACE for other in self.kills)
            for kill in self.kills if kill.kind == "supervise")
        if may_be:
            self.trial.tally.let_off(self.trial.seed)
        return may_be

    def words(self) -> str:
        return shlex.join(str(word) for word in self.process.args[1:])

    def said(self) -> str:
        return self.errors.read_text(errors="replace")[-2000:]

    def end(self) -> None:
        """Whatever is still there, at the end of a time that went wrong, too."""
        for process in self.members():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.process.wait()


def group_of(process: int) -> int:
    try:
        return os.getpgid(process)
    except ProcessLookupError:
        return -1
