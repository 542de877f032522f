"""The control plane: suites, reports, merged and observed ones, of which one call fails, or many harmlessly."""

import json
import os
import random
import subprocess
import time
from pathlib import Path

from combinations import derived
from processes import PATIENCE, Failed, Server, describe, finish, settled

HARMLESS = "short=20 eintr=8 delay=0.5 jump=20"
# What a suite's own process does, and how it can fail: rules, of which files, and what has to be said.
WORDS = {"full": "No space left on device", "broken": "Input/output error", "files": "Too many open files",
         "memory": "Cannot allocate memory", "processes": "Resource temporarily unavailable"}
OF_A_SUITE = [
    ("processes@spawn", None), ("memory@spawn", None), ("processes@pthread_create", None),
    ("files@pipe", None), ("files@socket", None), ("files@pidfd_open", None), ("files@eventfd", None),
    ("files@open", None), ("full@open", None), ("broken@mkdir", None),
    ("full@write", "trials.jsonl"), ("broken@write", "trials.jsonl"), ("full@fsync", "trials.jsonl"),
    ("broken@fsync", "trials.jsonl"), ("full@write", "plan.json"), ("full@write", "machine.json"),
    ("broken@fsync", "plan.json"), ("full@write", "report."), ("full@rename", None),
]
OF_READERS = [("broken@read", None), ("files@open", None), ("memory@open", None)]
SUITE_FILE = """
name: faults
rounds: 1
duration: 40ms
warmup: 10ms
twin: false
workers: 2
connections: 2
engines: [event]
sizes: [1000]
buffers: [64k]
servers:
  - backend: epoll
  - backend: threads
"""
ROWS = 2


def run(program, setup, seed, seconds):
    """Each way to fail twice, at its first call and at a later one; or, of a long run, at each."""
    work = Work(program, setup, seed)
    failures = []
    deadline = time.monotonic() + (20 if seconds <= 2 else 4 * seconds)
    most = 2 if seconds <= 2 else 30

    def attempt(what, body):
        try:
            body()
        except Failed as reason:
            failures.append(f"suite: {what}: {reason}\nreproduce: scripts/faults --seed {seed} --only suite")

    attempt("harmless faults", work.harmless_suite)
    attempt("harmless faults of readers", work.harmless_readers)
    tried = 0
    for index, (rule, files) in enumerate(OF_A_SUITE):
        later = random.Random(derived(seed, rule, files)).randrange(2, 7)
        numbers = [1, later] if most == 2 else range(1, most + 1)
        for number in numbers:
            if time.monotonic() > deadline and tried > 0 and most > 2:
                break
            found = []
            attempt(f"{rule}#{number} {files or ''}",
                    lambda: found.append(work.failing_suite(rule, number, files)))
            tried += 1
            if found == [0]:  # there is no such call any more
                break
    for rule, files in OF_READERS:
        for number in ([1, 2] if most == 2 else range(1, most + 1)):
            attempt(f"{rule}#{number} of readers", lambda: work.failing_readers(rule, number))
            tried += 1
    print(f"suite: {tried} ways to fail, {len(failures)} of them not as it should be", flush=True)
    return failures


class Work:
    def __init__(self, program, setup, seed):
        self.program, self.setup, self.seed = program, setup, seed
        self.folder = setup.folder / "suites"
        self.folder.mkdir()
        self.config = self.folder / "suite.yaml"
        self.config.write_text(SUITE_FILE)
        self.count = 0
        self.whole = None

    def _new_folder(self):
        self.count += 1
        return self.folder / f"results-{self.count}"

    def _run(self, arguments, faults=None):
        """Status, output and errors of a subcommand; nothing that it has started is left."""
        environment = {**os.environ, **(faults.environment if faults else {})}
        process = subprocess.Popen([str(word) for word in (self.program.path, *arguments)],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=environment)
        output, errors = finish(process, 2 * PATIENCE, arguments[0])
        if faults:
            mark = faults.environment["FAULTS_CONTROL"].encode()
            left = settled(lambda: processes_with(mark), lambda found: not found, 3)
            if left:
                raise Failed(f"{arguments[0]} has left processes behind: {left}")
        if process.returncode < 0:
            raise Failed(f"{arguments[0]} ended with {describe(process.returncode)}: {errors[-1500:]}\n"
                         + (faults.latest() if faults else ""))
        return process.returncode, output, errors

    def _suite(self, folder, faults=None, more=()):
        return self._run(["suite", "--config", self.config, "--output", folder, "--seed", 1, *more], faults)

    def _check_whole(self, folder):
        """Every row of it is valid."""
        lines = [json.loads(line) for line in (folder / "trials.jsonl").read_text().splitlines()]
        valid = {line["scenario"] for line in lines if (line.get("client") or {}).get("valid")}
        if len(valid) != ROWS:
            raise Failed(f"{len(valid)} of {ROWS} rows are valid: {(folder / 'trials.jsonl').read_text()[-1500:]}")
        status, _, errors = self._run(["report", folder, "--check", folder / "report.md"])
        if status != 0:
            raise Failed(f"its report is not that of its trials: {errors}")

    def harmless_suite(self):
        faults = self.setup.faults({"harmless": HARMLESS}, self.seed, "suite")
        faults.switch("harmless")
        folder = self._new_folder()
        try:
            status, _, errors = self._suite(folder, faults)
            if status != 0:
                raise Failed(f"it ended with {describe(status)}: {errors}\n{faults.latest()}")
            self._check_whole(folder)
            self.whole = folder
        finally:
            faults.close()

    def failing_suite(self, rule, number, files):
        """A suite of which one call fails: it says so, or did not need it; and it can be gone on with.
        Returns how many faults there were."""
        kind = rule.split("@")[0]
        faults = self.setup.faults({"one": f"{rule}#{number}"}, self.seed, "suite", files)
        faults.switch("one")
        folder = self._new_folder()
        try:
            status, output, errors = self._suite(folder, faults)
            injected = faults.count
        finally:
            faults.close()
        log = folder / "trials.jsonl"
        said = output + errors + (log.read_text() if log.exists() else "")
        if status not in (0, 1, 3):
            raise Failed(f"it ended with {describe(status)}: {said[-1500:]}")
        if status != 0 and WORDS[kind] not in said:
            raise Failed(f"it ended with {describe(status)}, and does not name the fault: {said[-1500:]}")
        if status != 0 or (injected and not self._is_whole(folder)):
            if status == 0 and WORDS[kind] not in said:
                raise Failed(f"a row is not there, and nothing says why: {said[-1500:]}")
            begun = (folder / "plan.json").exists() and log.exists() and (folder / "machine.json").exists()
            more = ["--resume"] if begun else ["--overwrite"]
            again, _, errors = (self._run(["suite", "--resume", "--output", folder]) if begun
                                else self._suite(folder, None, more))
            if again != 0:
                raise Failed(f"gone on with ({more[0]}), it ended with {describe(again)}: {errors[-1500:]}")
        self._check_whole(folder)
        return injected

    def _is_whole(self, folder):
        try:
            self._check_whole(folder)
            return True
        except (Failed, OSError):
            return False

    # MARK: - What only reads

    def _readers(self):
        """Subcommands that read, by their names, and what they write without faults."""
        if self.whole is None:
            raise Failed("there is no suite to be read")
        reports = self.folder / "reports"
        if not reports.exists():
            reports.mkdir()
            with Server(self.program, "epoll") as server:
                for shard in (1, 2):
                    status, _, errors = self._run(
                        ["client", "--address", server.address, "--duration", "50ms", "--warmup", "0", "--workers", 1,
                         "--id", f"h{shard}", "--shard", f"{shard}/2", "--seed", shard, "--format", "json",
                         "--output", reports / f"h{shard}.json"])
                    if status != 0:
                        raise Failed(f"the client: {errors}")
        return {"report": ["report", self.whole], "merge": ["merge", reports, "--expect", 2],
                "compare": ["compare", self.whole, self.whole]}

    def harmless_readers(self):
        for name, arguments in self._readers().items():
            wanted = self._run(arguments)
            faults = self.setup.faults({"harmless": HARMLESS}, self.seed, name)
            faults.switch("harmless")
            try:
                found = self._run(arguments, faults)
            finally:
                faults.close()
            if found != wanted:
                raise Failed(f"{name} says something else: {found} where it was {wanted}")
        self._observe("harmless", HARMLESS)

    def failing_readers(self, rule, number):
        kind = rule.split("@")[0]
        for name, arguments in self._readers().items():
            wanted = self._run(arguments)
            faults = self.setup.faults({"one": f"{rule}#{number}"}, self.seed, name)
            faults.switch("one")
            try:
                found = self._run(arguments, faults)
            finally:
                faults.close()
            if found != wanted and (found[0] not in (1, 3) or WORDS[kind] not in found[1] + found[2]):
                raise Failed(f"{name} neither says what it should nor names the fault: {found}")
        self._observe(kind, f"{rule}#{number}")

    def _observe(self, kind, rules):
        """Readings of this very process."""
        faults = self.setup.faults({"one": rules}, self.seed, "observe")
        faults.switch("one")
        try:
            status, output, errors = self._run(
                ["observe", "--pid", os.getpid(), "--every", "20ms", "--duration", "200ms", "--format", "json"], faults)
        finally:
            faults.close()
        if status == 0:
            readings = [json.loads(line) for line in output.splitlines()]
            if len(readings) < 3:
                raise Failed(f"observe has {len(readings)} readings: {output} {errors}")
        elif kind == "harmless" or WORDS[kind] not in errors:
            raise Failed(f"observe ended with {describe(status)}: {errors}")


def processes_with(mark):
    """The processes with these bytes in their environment, but for those that have ended."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                pass
    return found
