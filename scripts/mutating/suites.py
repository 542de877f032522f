"""Suites that are run until a test fails."""

import os
import re
import signal
import subprocess
import threading
import time
from typing import NamedTuple

from .entries import ROOT

# A suite that hangs is given twice as long as it takes otherwise, and this much more. In seconds.
PATIENCE = 60


class Outcome(NamedTuple):
    passed: bool
    tests: int
    # What failed first, or how it ended.
    reason: str
    seconds: float


def run_test(tests, test, patience):
    """Runs the tests of a suite until one fails."""
    suite, _, part = test.partition("/")
    pattern = rf"[./]{suite}/" + (f".*{re.escape(part)}" if part else "")
    command = [
        tests, "--testing-library", "swift-testing", "--no-parallel", "--filter", pattern]
    begin = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
        env={**os.environ, "SWIFT_BACKTRACE": "enable=no", "LLVM_PROFILE_FILE": os.devnull})
    is_late = threading.Event()

    def end():
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def give_up():
        is_late.set()
        end()

    timer = threading.Timer(patience, give_up)
    timer.start()
    failure, count, last = None, 0, ""
    for line in process.stdout:
        line = re.sub(r"\x1b\[[0-9;]*m", "", line)
        last = line.strip() or last
        if found := re.search(r"✘ Test (.*?) recorded an issue", line):
            failure = re.sub(r'^"|"$| with \d+ argument.*', "", found[1])
            end()
            break
        if found := re.search(r"Test run with (\d+) test", line):
            count = int(found[1])
    process.stdout.close()
    status = process.wait()
    timer.cancel()
    end()  # What it has started and left.
    seconds = time.monotonic() - begin
    if not failure and is_late.is_set():
        failure = f"a hang of {seconds:.0f} s"
    elif not failure and status < 0:
        failure = f"a trap: {signal.Signals(-status).name}"
    elif not failure and status != 0:
        failure = last[:80]
    return Outcome(failure is None, count, failure or "", seconds)


def as_things_are(build, test):
    """What a suite says without any mutation, the second time where it fails the first: what a crowd does to
    a test is not what it is about."""
    outcome = run_test(build.tests, test, 20 * PATIENCE)
    return outcome if outcome.passed else run_test(build.tests, test, 20 * PATIENCE)
