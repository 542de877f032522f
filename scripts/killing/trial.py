"""One time that something is begun, killed and looked at."""

import os
import pathlib
import random
import re
import shutil
import signal
import tempfile
import time

from .processes import Broken, Tree, hold
from .tally import Tally

# What is killed cannot remove the folders of sockets that servers listened on, nor callgrind's.
FOLDER = re.compile(r"^echobench-([A-Za-z0-9]{6}|\d+-\d+)$")
OWNERS = {"suite", "duet", "anatomy"}
# A thing that ends before the moment at which it was to be killed is begun so often.
MOST_BEGINNINGS = 8


class Trial:
    """One time: a seed, a folder, and what was begun in it."""

    def __init__(self, seed: int, program: pathlib.Path, backends: list, tally: Tally, what: str, body) -> None:
        """- Parameters:
        - backends: those that run here.
        - what: the kind of thing.
        - body: is given this, begins the thing, and says what was done."""
        self.seed = seed
        self.program = str(program)
        self.backends = backends
        self.tally = tally
        self.random = random.Random(seed)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kill-anything-"))
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()
        self.environment = os.environ | {"TMPDIR": str(self.temporary)}
        self.trees: list = []
        self.done: list = []
        self.what = what
        self.body = body

    def run(self) -> str:
        """- Returns: what was done. Raises `Broken`, which says that, too."""
        self.tally.begin(self.what)
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
        may_leave = any(kill.kind in OWNERS for tree in self.trees for kill in tree.kills)
        for path in self.temporary.iterdir():
            hold(may_leave and FOLDER.match(path.name), f"{path} was left behind")

    def backend(self, *others: str) -> str:
        """One of those that run here, and none of the others."""
        return self.random.choice([name for name in self.backends if name not in others])

    def pause(self, most: float) -> None:
        time.sleep(self.random.uniform(0, most))

    def kill(self, tree: Tree, process: int, whole_group: bool = False) -> bool:
        """- Returns: whether there was anybody."""
        return self.told("killed", tree.send(process, signal.SIGKILL, whole_group), whole_group)

    def stop(self, tree: Tree, process: int, whole_group: bool = False) -> bool:
        """For a while."""
        seconds = self.random.uniform(0.1, 3) if self.random.random() < 0.3 else 0.1
        return self.told("stopped", tree.stop(process, seconds, whole_group), whole_group)

    def told(self, verb: str, kinds: list, whole_group: bool) -> bool:
        if kinds:
            self.done.append(f"{verb} {'the group of ' if whole_group else ''}{' and '.join(kinds)}")
        return bool(kinds)

    def harm(self, tree: Tree, most: float) -> str:
        """Once or a few times, at moments within so many seconds: kills or stops something of a tree.
        Returns what was done; nothing where all had ended."""
        before = len(self.done)
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            self.pause(most)
            members = tree.members()
            if not members:
                break
            others = [member for member in members if member != tree.id]
            victim = self.random.choice(others) if others and self.random.random() < 0.6 else tree.id
            whole_group = self.random.random() < 1 / 3
            if self.random.random() < 0.6:
                self.kill(tree, victim, whole_group)
            else:
                self.stop(tree, victim, whole_group)
        tree.go_on()
        return ", ".join(self.done[before:])

    def begin_and_harm(self, begin, most: float) -> tuple:
        """What has ended before it could be harmed is begun again, and harmed earlier.
        Returns the last, and what was done to it."""
        for _ in range(MOST_BEGINNINGS):
            tree = begin()
            done = self.harm(tree, most)
            if done:
                break
            tree.wait()
            most /= 2
        return tree, done or "nothing was there any more"

    def await_member(self, tree: Tree, kind: str = "", seconds: float = 60) -> int:
        """Waits until it has started something, or something of a kind.
        Returns that; 0 where it has ended before."""
        deadline = time.monotonic() + seconds
        while tree.process.poll() is None and time.monotonic() < deadline:
            for member in tree.members():
                if member != tree.id and kind in ("", tree.kind(member)):
                    return member
            time.sleep(0.05)
        return 0

