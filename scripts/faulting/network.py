"""The same between two namespaces that lose packets (nft) and have a rate (tbf)."""

import json
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from combinations import AT_ONCE, AXES, HARD, Combination, derived
from preload import Setup
from processes import Failed, Program, Skipped

PARTS = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
WAYS = [["unshare", "--user", "--map-root-user", *PARTS], ["sudo", "-n", "unshare", *PARTS],
        ["unshare", *PARTS]]
HOSTS = """
set -e
mount -t tmpfs none /run
ip link add v1 type veth peer name v2
for n in 1 2; do
  ip netns add h$n
  ip link set v$n netns h$n
  ip -n h$n addr add 10.78.0.1$n/24 dev v$n
  ip -n h$n link set v$n up
  ip -n h$n link set lo up
done
"""
# One packet in 200 on either side, but for resets, which nobody would send again. Packets that would wait for
# longer than 50 ms are lost, too.
LOSS = """
for n in 1 2; do
  ip netns exec h$n nft add table inet lossy
  ip netns exec h$n nft add chain inet lossy input '{ type filter hook input priority 0; }'
  ip netns exec h$n nft add rule inet lossy input 'tcp flags & rst == 0 numgen random mod 1000 < 5 drop'
done
"""
RATE = """
for n in 1 2; do
  tc -n h$n qdisc add dev v$n root tbf rate 400mbit burst 128kb latency 50ms
done
"""


def run(program, setup, seed, seconds, wanted):
    """All of it in namespaces of its own: this file, started there."""
    for tool in ("unshare", "ip", "nft", "tc"):
        if not shutil.which(tool):
            raise Skipped(f"{tool} is missing: apt-get install util-linux iproute2 nftables")
    way, reason = None, ""
    for each in WAYS:
        tried = subprocess.run([*each, "bash", "-c", HOSTS + LOSS + RATE], capture_output=True, text=True,
                               stdin=subprocess.DEVNULL)
        if tried.returncode == 0:
            way = each
            break
        reason = tried.stderr.strip()[-300:]
    if way is None:
        raise Skipped(f"no network that loses packets can be made here: {reason}")
    work = json.dumps({"paths": [str(path) for path in program.paths], "library": str(setup.path),
                       "seed": seed, "seconds": seconds, "wanted": [wanted[axis] for axis in ("backend", *AXES)]})
    inner = subprocess.Popen([*way, "bash", "-c", HOSTS + LOSS + RATE + 'exec "$@"', "bash", sys.executable, "-B",
                              __file__, work], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    failures, told = [], None
    for line in inner.stdout:
        told = json.loads(line)
        if "failure" in told:
            failures.append(told["failure"])
        elif "line" in told:
            print(told["line"], flush=True)
    if inner.wait() != 0 or told is None or "tally" not in told:
        failures.append("network: it did not come to its end")
    else:
        setup.add({(call, kind): count for call, kind, count in told["tally"]}, told["made"])
        print(f"network: {told['retransmits']} segments were sent again", flush=True)
        if told["retransmits"] == 0:
            failures.append("network: packets were lost, and no client told of any that was sent again")
    return failures


# MARK: - Inside


class Between(Combination):
    """A combination whose server is h1's, and whose client is h2's: what fails, fails beside the network."""

    PREFIXES = {side: ["ip", "netns", "exec", host] for side, host in (("server", "h1"), ("client", "h2"))}
    TIMEOUT = "10s"
    SIZES = {"1": 8000, "16": 2000}

    def __init__(self, *arguments, port):
        super().__init__(*arguments)
        self.address = f"10.78.0.11:{port}"
        self.retransmits = 0

    def judge(self, kind, status, output, *more):
        super().judge(kind, status, output, *more)
        report = json.loads(output) if output else {}
        # Of connections that were replaced nobody knows.
        self.retransmits += report.get("retransmits") or 0


def main(work):
    program = Program([Path(path) for path in work["paths"]])
    seed, seconds = work["seed"], work["seconds"]
    backends, *others = work["wanted"]
    every = list(product(backends, *others))
    if seconds <= 2:
        # Each backend once, with one engine, depth and side or another.
        every = []
        for backend in backends:
            draw = random.Random(derived(seed, "network", backend))
            every.append((backend, *map(draw.choice, others)))
    total = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        setup = Setup(Path(work["library"]), Path(folder), program)

        def one(item):
            number, words = item
            try:
                run = Between(program, setup, seed, seconds, *words, port=25000 + number)
                told = run.run(["harmless", *HARD])
                return words, f"{told}, {run.retransmits} segments sent again", run.retransmits, None
            except Failed as reason:
                return words, "FAILED", 0, (f"network {' '.join(words)}: {reason}\nreproduce: scripts/faults"
                                            f" --seconds {seconds:g} --seed {seed} --only network,{','.join(words)}")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for words, said, count, failure in pool.map(one, enumerate(every)):
                total += count
                print(json.dumps({"line": f"network {' '.join(words)}: {said}"}), flush=True)
                if failure:
                    print(json.dumps({"failure": failure}), flush=True)
        print(json.dumps({"tally": [(*pair, count) for pair, count in setup.tally.items()],
                          "made": dict(setup.made), "retransmits": total}), flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
