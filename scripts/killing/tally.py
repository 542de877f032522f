"""How many of what were begun, and what was sent to whom."""

import collections
import signal
import threading

# A run of so many times has each kind of thing, and has to have sent something to each.
FULL = 100


class Tally:
    def __init__(self, kinds: list) -> None:
        self.lock = threading.Lock()
        self.times = collections.Counter({kind: 0 for kind in kinds})
        # By the kind of thing that was begun, and the signal's name.
        self.sent: collections.Counter = collections.Counter()
        # By the signal's name, and what it was sent to.
        self.receivers: collections.Counter = collections.Counter()
        # Servers of ours that were killed or stopped, by backend.
        self.backends: collections.Counter = collections.Counter()
        # Times, by their seeds, in which a command was left as it may be.
        self.left: set = set()

    def begin(self, kind: str) -> None:
        with self.lock:
            self.times[kind] += 1

    def add(self, kind: str, number: int, receiver: str, words: list) -> None:
        name = signal.Signals(number).name
        with self.lock:
            self.sent[kind, name] += 1
            self.receivers[name, receiver] += 1
            if receiver == "server" and "--backend" in words and number != signal.SIGCONT:
                self.backends[words[words.index("--backend") + 1]] += 1

    def let_off(self, seed: int) -> None:
        with self.lock:
            self.left.add(seed)

    @property
    def lines(self) -> list:
        names = ["SIGKILL", "SIGSTOP", "SIGCONT"]
        found = [
            f"{kind} {times} times: " + ", ".join(f"{self.sent[kind, name]} {name}" for name in names)
            for kind, times in self.times.items()]
        for name in names:
            counts = {receiver: count for (sent, receiver), count in self.receivers.items() if sent == name}
            found.append(f"{name} {sum(counts.values())}: {listed(counts)}")
        found.append(f"servers killed or stopped, by backend: {listed(self.backends)}")
        if self.left:
            found.append(f"a command was left, as docs/RELIABILITY.md has it, {len(self.left)} times:"
                         f" seeds {', '.join(str(seed) for seed in sorted(self.left))}")
        return found

    @property
    def problems(self) -> list:
        """What a run of many times did not try."""
        if sum(self.times.values()) < FULL:
            return []
        idle = [kind for kind in self.times if not any(count for (of, _), count in self.sent.items() if of == kind)]
        return [f"no {kind} was ever sent a signal in {self.times[kind]} times" for kind in idle]


def listed(counts: dict) -> str:
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{name} {count}" for name, count in ordered) or "none"
