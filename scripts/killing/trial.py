"""One time that something is begun, killed and looked at."""

import os
import pathlib
import random
import re
import shutil
import signal
import tempfile
import time

from .processes import Broken, Tree, hold, kind

# What is killed cannot remove the folders of sockets that servers listened on, nor callgrind's.
FOLDER = re.compile(r"^echobench-([A-Za-z0-9]{6}|\d+-\d+)$")


class Trial:
    """One time: a seed, a folder, and what was begun in it."""

    def __init__(self, seed: int, program: pathlib.Path, kinds: dict) -> None:
        """- Parameter kinds: by name how often of all each is drawn, and what it does."""
        self.seed = seed
        self.program = str(program)
        self.random = random.Random(seed)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kill-anything-"))
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()
        self.environment = os.environ | {"TMPDIR": str(self.temporary)}
        self.trees: list = []
        self.done: list = []
        self.what = self.random.choices(list(kinds), [weight for weight, _ in kinds.values()])[0]
        self.body = kinds[self.what][1]

    def run(self) -> str:
        """- Returns: what was done. Raises `Broken`, which says that, too."""
        try:
            done = self.body(self)
            for tree in self.trees:
                tree.expect_no_orphans()
            self.check_temporary()
        except Broken as broken:
            raise Broken(f"{self.what}: {', '.join(self.done)}: {broken} ({self.folder})") from None
        finally:
            for tree in self.trees:
                tree.end()
        shutil.rmtree(self.folder)
        return f"{self.what}: {done}"

    def check_temporary(self) -> None:
        """Only what is killed may leave folders."""
        may_leave = any(each.startswith("killed") for each in self.done)
        for path in self.temporary.iterdir():
            hold(may_leave and FOLDER.match(path.name), f"{path} was left behind")

    def pause(self, most: float) -> None:
        time.sleep(self.random.uniform(0, most))

    def harm(self, tree: Tree, most: float) -> str:
        """Once or a few times, at moments within so many seconds: kills or stops something of a tree."""
        before = len(self.done)
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            self.pause(most)
            members = tree.members()
            if not members:
                break
            others = [member for member in members if member != tree.id]
            victim = self.random.choice(others) if others and self.random.random() < 0.6 else tree.id
            send = self.random.choice([tree.send, tree.send, tree.send_group])
            name = "itself" if victim == tree.id else kind(victim)
            whole = "" if send == tree.send else "the group of "
            if self.random.random() < 0.6:
                send(victim, signal.SIGKILL)
                tree.kills.append((name, time.monotonic()))
                self.done.append(f"killed {whole}{name}")
            else:
                send(victim, signal.SIGSTOP)
                time.sleep(self.random.uniform(0.1, 3) if self.random.random() < 0.3 else 0.1)
                send(victim, signal.SIGCONT)
                self.done.append(f"stopped {whole}{name}")
        tree.go_on()
        return ", ".join(self.done[before:]) or "nothing was there any more"
