"""The control plane: suites, here and on hosts, of which one call fails, or many harmlessly; and what reads them."""

import itertools
import json
import os
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from combinations import AT_ONCE, derived
from processes import PATIENCE, Failed, describe, finish, settled
from readers import HARMLESS, OF_READERS, WORDS, Readers

# Agents tell each other moments by the clock that jumps.
HARMLESS_ELSEWHERE = HARMLESS.replace(" jump=20", "")
# What the processes of a suite do, and how it can fail: rules, of which files; by the subcommand.
WAYS = {
    "suite": [
        ("processes@spawn", None), ("memory@spawn", None), ("processes@pthread_create", None),
        ("files@pipe", None), ("files@socket", None), ("files@pidfd_open", None), ("files@eventfd", None),
        ("files@open", None), ("files@opendir", None), ("full@open", None), ("broken@mkdir", None),
        ("full@write", "trials.jsonl"), ("broken@write", "trials.jsonl"), ("full@fsync", "trials.jsonl"),
        ("broken@fsync", "trials.jsonl"), ("full@write", "plan.json"), ("full@write", "machine.json"),
        ("broken@fsync", "plan.json"), ("full@write", "report."), ("full@rename", None),
        ("rest@write", "trials.jsonl"), ("rest@write", "plan.json"), ("rest@write", "machine.json"),
        ("rest@write", "report."), ("full@close", "trials.jsonl"), ("broken@close", "plan.json"),
        ("full@close", "report."), ("refused@chmod", "machine.json"), ("refused@unlink", None),
        ("broken@stat", "/results-"), ("memory@stat", None), ("refused@stat", "/results-"), ("refused@readlink", None),
        ("refused@fcntl", None), ("refused@setsockopt", None), ("buffers@getsockopt", None),
        ("buffers@socket_name", None), ("buffers@listen", None), ("refused@affinity", None), ("refused@limit", None),
        ("refused@prctl", None), ("refused@ioctl", None)],
    "supervise": [
        ("processes@spawn", None), ("memory@spawn", None), ("files@open", None), ("files@signalfd", None),
        ("files@opendir", None), ("refused@prctl", None), ("refused@readlink", None), ("refused@fcntl", None),
        ("memory@stat", None), ("refused@limit", None)],
    "agent": [
        ("processes@spawn", None), ("memory@spawn", None), ("processes@pthread_create", None),
        ("files@pipe", None), ("files@socket", None), ("files@pidfd_open", None), ("files@eventfd", None),
        ("files@open", None), ("files@opendir", None), ("memory@open", None), ("refused@fcntl", None),
        ("refused@setsockopt", None), ("buffers@getsockopt", None), ("buffers@socket_name", None),
        ("buffers@listen", None), ("memory@stat", None), ("refused@readlink", None), ("refused@affinity", None),
        ("refused@prctl", None)],
}
# What a machine does that is busy, with windows as short as these: tried again, twice.
BUSY = ("no message came back within the window", "is the machine busy", "the clients' results are not one")
# So many of each, which the seed draws, in a short run.
SHORT = {"suite": 10, "supervise": 3, "agent": 5}
SHORT_OF_READERS = 2
CALLS = range(1, 31)
FIRST = (1, 1, 2, 3, 4, 5, 6)
COMMON = """
name: faults
rounds: 1
duration: 150ms
twin: false
workers: 2
connections: 2
engines: [event]
sizes: [1000]
buffers: [64k]
"""
HERE = COMMON + """
warmup: 10ms
servers:
  - backend: epoll
  - backend: threads
  - {{name: command, command: "{program} server --backend epoll --address 127.0.0.1:{{port}}"}}
"""
ELSEWHERE = COMMON + """
warmup: 300ms
server_host: {{launch: env, name: s, address: 127.0.0.1, program: {program}}}
client_hosts:
  - {{launch: env, name: a, program: {program}}}
  - {{launch: env, name: b, program: {program}}}
servers:
  - backend: epoll
"""
# Rounds until it knows enough, which is never, or its time is over; and of its rows one is an open loop.
ADAPTIVE = COMMON.replace("rounds: 1", "precision: 0.1%\nmin_rounds: 2\nmax_rounds: 4\nbudget: 2s") + """
warmup: 10ms
rates: [closed, 2000]
servers:
  - backend: epoll
"""
SUITES = {"here": (HERE, 3), "elsewhere": (ELSEWHERE, 1), "adaptive": (ADAPTIVE, 2)}


def run(program, setup, seed, seconds, _):
    """A part of the ways to fail, drawn; or, of a long run, each call."""
    work = Work(program, setup, seed)
    failures = []

    def attempt(what, body):
        for left in (2, 1, 0):
            try:
                return body()
            except Failed as reason:
                if left > 0 and any(words in str(reason) for words in BUSY):
                    continue
                failures.append(f"suite: {what}: {reason}\n"
                                f"reproduce: scripts/faults --seconds {seconds:g} --seed {seed} --only suite")
                return None

    attempt("harmless faults", work.harmless_suite)
    attempt("harmless faults with hosts", work.harmless_hosts)
    readers = Readers(work)
    attempt("harmless faults of readers", readers.harmless)
    def each_call(way):
        """One after the other, until there is none any more."""
        tried = 0
        for number in CALLS:
            tried += 1
            if attempt(f"{way} {number}", lambda: work.failing_suite(*way, number)) == 0:
                break
        return tried

    def one_call(drawn):
        attempt(str(drawn), lambda: work.failing_suite(*drawn))
        return 1

    is_short = seconds <= 2
    draw = random.Random(derived(seed, "suite"))
    ways = [(role, *way) for role, some in WAYS.items()
            for way in (draw.sample(some, SHORT[role]) if is_short else some)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        if is_short:
            tried = sum(pool.map(one_call, [(*way, draw.choice(FIRST)) for way in ways]))
        else:
            tried = sum(pool.map(each_call, ways))
    reads = ([(rule, draw.choice(FIRST)) for rule in draw.sample(OF_READERS, SHORT_OF_READERS)] if is_short
             else [(rule, number) for rule in OF_READERS for number in CALLS])
    for rule, number in reads:
        attempt(f"{rule}#{number} of readers", lambda: readers.failing(rule, number))
    tried += len(reads)
    print(f"suite: {tried} ways to fail, {len(failures)} of them not as it should be", flush=True)
    return failures


class Work:
    NAME = "suites"

    def __init__(self, program, setup, seed):
        self.program, self.setup, self.seed = program, setup, seed
        self.folder = setup.folder / self.NAME
        self.folder.mkdir()
        for name, (text, _) in SUITES.items():
            self._config(name).write_text(text.format(program=program.path))
        self.count = itertools.count(1)
        self.whole = None

    def _config(self, suite):
        return self.folder / f"{suite}.yaml"

    def _new_folder(self):
        return self.folder / f"results-{next(self.count)}"

    def run(self, arguments, faults=None, prefix=()):
        """Status, output and errors of a subcommand, run by a command or not; nothing that it has started is left."""
        environment = {**os.environ, **(faults.environment if faults else {})}
        process = subprocess.Popen([str(word) for word in (*prefix, self.program.path, *arguments)],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=environment)
        output, errors = finish(process, 2 * PATIENCE, arguments[0])
        if faults:
            mark = f"FAULTS_CONTROL={faults.environment['FAULTS_CONTROL']}".encode()
            left = settled(lambda: processes_with(mark), lambda found: not found, 3)
            if left:
                raise Failed(f"{arguments[0]} has left processes behind: {left}")
        if process.returncode < 0:
            raise Failed(f"{arguments[0]} ended with {describe(process.returncode)}: {errors[-1500:]}\n"
                         + (faults.latest() if faults else ""))
        return process.returncode, output, errors

    def _suite(self, suite, folder, faults=None, more=()):
        return self.run(["suite", "--config", self._config(suite), "--output", folder, "--seed", 1, *more], faults)

    def _check_whole(self, suite, folder):
        """Every row of it is valid."""
        lines = [json.loads(line) for line in (folder / "trials.jsonl").read_text().splitlines()]
        valid = {line["scenario"] for line in lines if (line.get("client") or {}).get("valid")}
        rows = SUITES[suite][1]
        if len(valid) != rows:
            raise Failed(f"{len(valid)} of {rows} rows are valid: {reasons(folder / 'trials.jsonl')}")
        status, _, errors = self.run(["report", folder, "--check", folder / "report.md"])
        if status != 0:
            raise Failed(f"its report is not that of its trials: {errors}")

    def harmless_suite(self):
        self.whole = self._harmless("here", HARMLESS, "suite,supervise")

    def harmless_hosts(self):
        self._harmless("elsewhere", HARMLESS_ELSEWHERE, "suite,agent")

    def _harmless(self, suite, rules, roles):
        """A suite of which calls fail in ways that do no harm, and which is whole."""
        faults = self.setup.faults({"harmless": rules}, self.seed, roles)
        faults.switch("harmless")
        folder = self._new_folder()
        try:
            status, _, errors = self._suite(suite, folder, faults)
            if status != 0:
                raise Failed(f"it ended with {describe(status)}: {errors}{reasons(folder / 'trials.jsonl')}\n"
                             + faults.latest())
            self._check_whole(suite, folder)
        finally:
            faults.close()
        return folder

    def failing_suite(self, role, rule, files, number, suite=None):
        """A suite of whose processes one call fails: it says so, or did not need it; and it can be gone on with.
        Returns how many faults there were."""
        kind = rule.split("@")[0]
        suite = suite or ("elsewhere" if role == "agent" else "here")
        faults = self.setup.faults({"one": f"{rule}#{number}"}, self.seed, role, files)
        faults.switch("one")
        folder = self._new_folder()
        try:
            status, output, errors = self._suite(suite, folder, faults)
            injected = faults.count
        finally:
            faults.close()
        log = folder / "trials.jsonl"
        said = output + errors + (log.read_text(errors="replace") if log.exists() else "")
        told = f"{errors[-1500:]}\n{reasons(log)}"
        if status not in (0, 1, 3):
            raise Failed(f"it ended with {describe(status)}: {told}")
        if status != 0 and WORDS[kind] not in said:
            raise Failed(f"it ended with {describe(status)}, and does not name the fault: {told}")
        if status != 0 or (injected and not self._is_whole(suite, folder)):
            if status == 0 and WORDS[kind] not in said:
                raise Failed(f"a row is not there, and nothing says why: {told}")
            begun = (folder / "plan.json").exists() and log.exists() and (folder / "machine.json").exists()
            again, _, errors = (self.run(["suite", "--resume", "--output", folder]) if begun
                                else self._suite(suite, folder, None, ["--overwrite"]))
            if again != 0:
                raise Failed(f"gone on with ({'--resume' if begun else '--overwrite'}), it ended with"
                             f" {describe(again)}: {errors[-1500:]}")
        self._check_whole(suite, folder)
        return injected

    def _is_whole(self, suite, folder):
        try:
            self._check_whole(suite, folder)
            return True
        except (Failed, OSError):
            return False


def reasons(log):
    """What became of the trials of a log that are not valid."""
    if not log.exists():
        return ""
    # A last line without an end is what a fault has cut off.
    trials = [json.loads(line) for line in log.read_text(errors="replace").split("\n")[:-1]]
    return "\n".join(f"  {trial['name']}: {trial['outcome']} {client.get('invalid_reasons')} {client.get('error')}"
                     for trial in trials if not (client := trial.get("client") or {}).get("valid"))


def processes_with(mark):
    """The processes with this variable in their environment, but for those that have ended."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                pass
    return found
