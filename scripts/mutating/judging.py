"""What the suites that are named say of mutations."""

import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from .build import Broken, Build
from .entries import Mutation
from .suites import PATIENCE, as_things_are, run_test


class Result(NamedTuple):
    mutation: Mutation
    verdict: str
    reason: str
    seconds: tuple


def try_out(build, mutation, patience):
    """What a named suite says of a mutation."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        try:
            tests = build.compiled(mutation, Path(folder))
        except Broken as broken:
            return Result(mutation, "BROKEN", str(broken), (time.monotonic() - begin, 0))
        built = time.monotonic() - begin
        try:
            outcome = run_test(tests, mutation.test, patience)
        finally:
            tests.unlink()
    verdict = "SURVIVED" if outcome.passed else "killed"
    return Result(mutation, verdict, outcome.reason or mutation.test, (built, outcome.seconds))


def check_unchanged(build, mutation, patience):
    """Sees that it is the line that kills, and not that its file is compiled by itself and linked anew."""
    same = mutation._replace(replacement=mutation.line)
    results = (try_out(build, same, patience) for _ in range(2))
    if not any(result.verdict == "SURVIVED" for result in results):
        sys.exit(f"with nothing changed in {mutation.file}, {mutation.test} does not pass")


def run(mutations, jobs):
    """Runs them all: those that were not killed."""
    build = Build()
    with ThreadPoolExecutor(jobs) as pool:
        suites = sorted({mutation.test for mutation in mutations})
        outcomes = pool.map(lambda test: as_things_are(build, test), suites)
        patience = {}
        for test, outcome in zip(suites, outcomes):
            if not outcome.passed or outcome.tests == 0:
                sys.exit(f"as things are {test} does not pass: {outcome.reason or 'no such test'}")
            patience[test] = PATIENCE + 2 * outcome.seconds
        print(f"{len(suites)} suites pass as things are", flush=True)
        one_of_each = {mutation.file.split("/")[1]: mutation for mutation in mutations}
        for mutation in one_of_each.values():
            check_unchanged(build, mutation, patience[mutation.test])
        print(f"{' and '.join(one_of_each)} pass, compiled and linked so and unchanged", flush=True)
        tries = [pool.submit(try_out, build, m, patience[m.test]) for m in mutations]
        bad = []
        for number, attempt in enumerate(as_completed(tries), 1):
            mutation, verdict, reason, (built, ran) = result = attempt.result()
            if verdict != "killed":
                bad.append(result)
            print(
                f"{number:3}/{len(mutations)} {verdict:8} {mutation.place} {Path(mutation.file).name}:"
                f" {mutation.why}\n{'':17}{mutation.test}: {reason} ({built:.0f} s + {ran:.0f} s)",
                flush=True)
    print(f"{len(mutations)} mutations, {len(mutations) - len(bad)} killed")
    for mutation, verdict, reason, _ in bad:
        print(f"{verdict} {mutation.place}: {mutation.file}\n- {mutation.line}\n+ {mutation.replacement}")
        print(f"  {mutation.why}; {reason}")
    return bad
