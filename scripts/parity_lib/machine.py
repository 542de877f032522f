"""What is read of processes and of the machine at the edges of a window."""

import os
import time
from pathlib import Path
from typing import NamedTuple

TICK = 1 / os.sysconf("SC_CLK_TCK")
# Shares of one CPU's time. /proc/stat counts in ticks of 10 ms and by sampling: below this,
# foreign use cannot be told from the rounding.
FOREIGN_TOLERANCE = 0.10
STOLEN_TOLERANCE = 0.01


def cpu_seconds(pid):
    """CPU time of a process, to the nanosecond: the clock of clock_getcpuclockid(3)."""
    return time.clock_gettime((~pid << 3) | 2)


def bytes_read(pid):
    """Bytes that a process has got from read(2) so far, sockets included."""
    for line in Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines():
        if line.startswith("rchar:"):
            return int(line.split()[1])
    raise OSError(f"/proc/{pid}/io has no rchar")


class Reading(NamedTuple):
    """One edge of a window; or, as a difference, the window."""

    wall: float
    measured_cpu: float  # of the process under test
    known_cpu: float  # of both processes and of this script
    messages: float
    busy: float  # of the whole machine
    stolen: float

    @staticmethod
    def take(measured, counting, size):
        """Reads now. `counting` reads every message once: that is how they are counted."""
        messages = bytes_read(counting) / size
        measured_cpu = cpu_seconds(measured)
        known_cpu = measured_cpu + cpu_seconds(counting) + time.process_time()
        with open("/proc/stat", encoding="ascii") as stat:
            ticks = [int(word) for word in stat.readline().split()[1:9]]
        user, nice, system, _, _, irq, softirq, stolen = ticks
        busy = (user + nice + system + irq + softirq) * TICK
        return Reading(time.monotonic(), measured_cpu, known_cpu, messages, busy, stolen * TICK)

    def since(self, start):
        return Reading(*(now - then for now, then in zip(self, start)))

    @property
    def cpu_per_message(self):
        """Seconds."""
        return self.measured_cpu / self.messages

    @property
    def disturbance(self):
        """How far foreign use and stolen time exceed what is tolerated; 0 when undisturbed."""
        foreign = (self.busy - self.known_cpu) / self.wall
        stolen = self.stolen / self.wall
        return max(0, foreign - FOREIGN_TOLERANCE) + max(0, stolen - STOLEN_TOLERANCE)
