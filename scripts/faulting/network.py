"""Between two namespaces that lose packets (nft) and have a rate (tbf), with faults that do no harm on top."""

import json
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import combinations
from combinations import HARMLESS, LIBRARIES, derived
from processes import PATIENCE, Failed, Program, Server, Setup, Skipped, describe, finish

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
# One packet in 200 on either side. Packets that would wait for longer than 50 ms are lost, too.
LOSS = """
for n in 1 2; do
  ip netns exec h$n nft add table inet lossy
  ip netns exec h$n nft add chain inet lossy input '{ type filter hook input priority 0; }'
  ip netns exec h$n nft add rule inet lossy input meta l4proto tcp numgen random mod 1000 '<' 5 drop
done
"""
RATE = """
for n in 1 2; do
  tc -n h$n qdisc add dev v$n root tbf rate 400mbit burst 128kb latency 50ms
done
"""


def run(program, setup, seed, seconds):
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
                       "seed": seed, "seconds": seconds})
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
        setup.tally.update(told["tally"])
        print(f"network: {told['retransmits']} segments were sent again", flush=True)
        if told["retransmits"] == 0:
            failures.append("network: packets were lost, and no client told of any that was sent again")
    return failures


# MARK: - Inside


def drive(program, setup, seed, seconds, number, backend, engine, depth):
    """One run from h2 to h1: how many segments were sent again."""
    own = derived(seed, "network", backend, engine, depth)
    sides = {side: setup.faults({"harmless": LIBRARIES.get(backend, "") + HARMLESS}, own, side)
             for side in ("server", "client")}
    for faults in sides.values():
        faults.switch("harmless")
    try:
        with Server(program, backend, ["--threads", "8" if backend == "threads" else "1"], sides["server"],
                    f"10.78.0.11:{25000 + number}", ["ip", "netns", "exec", "h1"]) as server:
            workers, connections = ("4", "4") if engine == "blocking" else ("2", "8")
            command = ["ip", "netns", "exec", "h2", program.path, "client", "--address", server.address,
                       "--engine", engine, "--pipeline", depth, "--size", "8000" if depth == "1" else "2000",
                       "--workers", workers, "--connections", connections, "--timeout", "10s",
                       "--duration", f"{seconds * 1000:.0f}ms", "--warmup", "0", "--seed", own, "--format", "json"]
            environment = {**combinations.os.environ, **sides["client"].environment}
            client = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
            output, errors = finish(client, seconds + 2 * PATIENCE, "the client", [("the server", server.pid)])
            if client.returncode != 0:
                raise Failed(f"the client ended with {describe(client.returncode)}: {errors[-600:]}{output[:1500]}")
            report = json.loads(output)
            if not report["valid"] or report.get("retransmits") is None:
                raise Failed(f"the client says: {output[:1500]}")
            server.stop()
            return report["retransmits"]
    except Failed as reason:
        raise Failed(f"{reason}\nof the server:\n{sides['server'].latest()}\n"
                     f"of the client:\n{sides['client'].latest()}") from None
    finally:
        for faults in sides.values():
            faults.close()


def main(work):
    program = Program([Path(path) for path in work["paths"]])
    seed, seconds = work["seed"], work["seconds"]
    every = list(product(program.backends, ("blocking", "event"), ("1", "16")))
    if seconds <= 2:
        # Each backend once, with one engine and depth or another.
        every = [(backend, *[("blocking", "1"), ("event", "16"), ("event", "1"), ("blocking", "16")][
            (number + seed) % 4]) for number, backend in enumerate(program.backends)]
    total = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        setup = Setup(Path(work["library"]), Path(folder), program)

        def one(item):
            number, words = item
            try:
                return words, drive(program, setup, seed, seconds, number, *words), None
            except Failed as reason:
                return words, 0, (f"network {' '.join(words)}: {reason}\nreproduce: scripts/faults"
                                  f" --seconds {seconds:g} --seed {seed} --only network")

        with ThreadPoolExecutor(combinations.AT_ONCE) as pool:
            for words, count, failure in pool.map(one, enumerate(every)):
                total += count
                said = "FAILED" if failure else f"valid, {count} segments sent again"
                print(json.dumps({"line": f"network {' '.join(words)}: {said}"}), flush=True)
                if failure:
                    print(json.dumps({"failure": failure}), flush=True)
        print(json.dumps({"tally": dict(setup.tally), "retransmits": total}), flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
