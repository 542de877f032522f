"""Whether what should be gone soon is gone by then."""

import threading
import time

from . import proc

# What is left to processes after the end of what they belong to, in seconds.
GRACE = 2.0
PAUSE = 0.05
# A pause that took longer was one of the machine, or of this process.
LONGEST_PAUSE = 0.25


class Patience:
    """So many seconds, without those in which somebody was stopped, or the machine had no time."""

    def __init__(self, seconds: float = GRACE) -> None:
        self.left = seconds
        self.last = time.monotonic()

    @property
    def is_over(self) -> bool:
        return self.left <= 0

    def pause(self, is_stopped: bool) -> None:
        time.sleep(PAUSE)
        now = time.monotonic()
        if not is_stopped:
            self.left -= min(now - self.last, LONGEST_PAUSE)
        self.last = now


class Watch(threading.Thread):
    """Whether those that somebody had started when he was killed are gone two seconds later, while whatever he
    belonged to may go on, and start others."""

    def __init__(self, tree, killed: list, noted: list) -> None:
        """- Parameters:
        - killed: what they were, in words.
        - noted: processes, as they were just before."""
        super().__init__(daemon=True)
        self.tree = tree
        self.killed = killed
        self.noted = {stat.process: proc.command(stat.process.id) for stat in noted}
        # Of these what was there for too long.
        self.left: list = []
        self.start()

    def run(self) -> None:
        patience = Patience()
        while found := [process for process in self.noted if proc.is_there(process)]:
            if patience.is_over:
                self.left = [self.noted[process] for process in found
                             if not self.tree.may_be_left(process.id)]
                return
            patience.pause(self.tree.is_stopped)
