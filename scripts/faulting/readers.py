"""What reads the results of others, and processes: `report`, `merge`, `compare` and `observe`."""

import json
import os

from processes import Failed, Server, describe

# What a process has said last is read once it has ended: a read that fails there is rare, and has to be hit.
HARMLESS = "short=20 eintr=8 again=4 delay=0.5 jump=20 short@read=40 eintr@read=20 again@read=20"
# What has to be said of a call that failed.
WORDS = {"full": "No space left on device", "broken": "Input/output error", "files": "Too many open files",
         "memory": "Cannot allocate memory", "processes": "Resource temporarily unavailable",
         "buffers": "No buffer space available", "refused": "Operation not permitted",
         "rest": "No space left on device"}
OF_READERS = ["broken@read", "files@open", "memory@open", "files@opendir", "broken@stat", "refused@stat",
              "refused@fcntl"]


class Readers:
    def __init__(self, work):
        self.work = work

    def _commands(self):
        """Subcommands that read, by their names, and what they write without faults."""
        if self.work.whole is None:
            raise Failed("there is no suite to be read")
        reports = self.work.folder / "reports"
        if not reports.exists():
            reports.mkdir()
            with Server(self.work.program, "epoll") as server:
                for shard in (1, 2):
                    status, _, errors = self.work.run(
                        ["client", "--address", server.address, "--duration", "300ms", "--warmup", "0", "--workers", 1,
                         "--id", f"h{shard}", "--shard", f"{shard}/2", "--seed", shard, "--format", "json",
                         "--output", reports / f"h{shard}.json"])
                    if status != 0:
                        raise Failed(f"the client ended with {describe(status)}: {errors}")
        return {"report": ["report", self.work.whole], "merge": ["merge", reports, "--expect", 2],
                "compare": ["compare", self.work.whole, self.work.whole]}

    def harmless(self):
        for name, arguments in self._commands().items():
            wanted = self.work.run(arguments)
            faults = self.work.setup.faults({"harmless": HARMLESS}, self.work.seed, name)
            faults.switch("harmless")
            try:
                found = self.work.run(arguments, faults)
            finally:
                faults.close()
            if found != wanted:
                raise Failed(f"{name} says something else: {found} where it was {wanted}")
        self._observe("harmless", HARMLESS)

    def failing(self, rule, number):
        kind = rule.split("@")[0]
        for name, arguments in self._commands().items():
            wanted = self.work.run(arguments)
            faults = self.work.setup.faults({"one": f"{rule}#{number}"}, self.work.seed, name)
            faults.switch("one")
            try:
                found = self.work.run(arguments, faults)
            finally:
                faults.close()
            if found != wanted and (found[0] not in (1, 3) or WORDS[kind] not in found[1] + found[2]):
                raise Failed(f"{name} neither says what it should nor names the fault: {found}")
        self._observe(kind, f"{rule}#{number}")

    def _observe(self, kind, rules):
        """Readings of this very process."""
        faults = self.work.setup.faults({"one": rules}, self.work.seed, "observe")
        faults.switch("one")
        try:
            status, output, errors = self.work.run(
                ["observe", "--pid", os.getpid(), "--every", "20ms", "--duration", "200ms", "--format", "json"], faults)
        finally:
            faults.close()
        if status == 0:
            readings = [json.loads(line) for line in output.splitlines()]
            if len(readings) < 2:  # at its beginning and at its end
                raise Failed(f"observe has {len(readings)} readings: {output} {errors}")
        elif kind == "harmless" or WORDS[kind] not in errors:
            raise Failed(f"observe ended with {describe(status)}: {errors}")
