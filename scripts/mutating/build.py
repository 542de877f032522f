"""The debug build as it is, and with a line of its own: one file compiled, and the tests linked anew."""

import json
import os
import re
import shlex
import subprocess
import sys
import threading
from pathlib import Path

from .entries import ROOT


class Broken(Exception):
    """A mutation that does not compile, or cannot be linked."""


class Build:
    """The debug build as it is, and how it was made."""

    def __init__(self):
        traits = os.environ.get("ECHOBENCH_TRAITS")
        command = ["swift", "build", "--build-tests"] + (["--traits", traits] if traits else [])
        # As in scripts/test: what is built stays valid.
        process = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"})
        if process.returncode != 0:
            sys.exit("as things are it does not build:\n" + process.stdout[-3000:])
        self.text = (ROOT / ".build/debug.yaml").read_text()
        self.link = self.arguments(r"C\.echobenchPackageTests-[^\"]*\.test")
        self.tests = Path(self.link[self.link.index("-o") + 1])
        self.lock = threading.Lock()
        self.jobs = {}

    def arguments(self, node):
        """The command line of a node of the build's description."""
        found = re.search(rf'^  "{node}":\n(?:    .*\n)*?    args: (\[.*\])$', self.text, re.MULTILINE)
        return json.loads(found[1])

    def job(self, module, source):
        """How the build compiles a file, by itself."""
        with self.lock:
            if module not in self.jobs:
                self.jobs[module] = self.read_jobs(module)
            return list(self.jobs[module][source])

    def read_jobs(self, module):
        arguments = iter(self.arguments(rf"C\.{module}-[^\"]*\.module"))
        kept = []
        for argument in arguments:
            if argument in (
                "-emit-module-path", "-output-file-map", "-index-store-path",
                "-emit-objc-header-path"):
                next(arguments)
            elif not re.fullmatch(
                r"-emit-dependencies|-emit-module|-incremental|-enable-batch-mode|-j\d+"
                r"|-serialize-diagnostics|-parseable-output|-emit-objc-header", argument):
                kept.append(argument)
        printed = subprocess.run(
            [*kept, "-driver-print-jobs", "-driver-filelist-threshold", "100000"], check=True,
            stdout=subprocess.PIPE, text=True)
        jobs = {}
        for line in printed.stdout.splitlines():
            job = shlex.split(line)
            jobs[job[job.index("-primary-file") + 1]] = job
        return jobs

    def compiled(self, mutation, folder):
        """The tests with a mutation in them."""
        source = ROOT / mutation.file
        module = mutation.file.split("/")[1]
        changed = folder / source.name
        changed.write_text(mutation.applied(source.read_text()))
        job = self.job(module, str(source))
        job[job.index("-primary-file") + 1] = str(changed)
        made = folder / f"{source.name}.o"
        job[job.index("-o") + 1] = str(made)
        self.run(job, folder)
        outputs = json.loads((self.tests.parent / f"{module}.build/output-file-map.json").read_text())
        link = list(self.link)
        number = next(n for n, argument in enumerate(link) if argument.startswith("@"))
        objects = Path(link[number][1:]).read_text()
        own = outputs[str(source)]["object"]
        if objects.count(own) != 1:
            raise Broken(f"{own} is not linked")
        (folder / "objects").write_text(objects.replace(own, str(made)))
        link[number] = f"@{folder}/objects"
        # Beside the one that is: its libraries are found from there, and the program.
        tests = self.tests.with_name(f"{folder.name}.xctest")
        link[link.index("-o") + 1] = str(tests)
        self.run(link, folder)
        return tests

    def run(self, command, folder):
        process = subprocess.run(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if process.returncode != 0:
            errors = [line for line in process.stdout.split("\n") if "error:" in line]
            raise Broken((errors or [process.stdout[-300:]])[0])
