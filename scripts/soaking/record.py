"""What a soak leaves: a document in JSON, and what it says in Markdown."""

import json
import math
import os
import platform
import statistics
import subprocess
from datetime import datetime, timezone
from pathlib import Path

from .figures import FIGURES, judge

SCHEMA = "echobench-soak/1"


def document(program, soaked, minutes, seed, begun, load):
    """Everything that was seen, as a document; figures with as many digits as they are good for."""
    results = [result(each, len(soaked)) for each in soaked]
    return {
        "schema": SCHEMA,
        "verdict": overall([each["verdict"] for each in results]),
        "minutes": minutes,
        "seed": seed,
        "machine": machine(program, begun, load),
        "allowed": {figure.key: figure.reason for figure in FIGURES},
        "backends": results,
    }


def overall(verdicts):
    return next((verdict for verdict in ("failed", "grows", "undecided") if verdict in verdicts), "flat")


def result(soaked, backends):
    judged = judge(soaked.samples, backends)
    verdicts = [each.verdict for each in judged.values()]
    return {
        "backend": soaked.backend,
        "verdict": "failed" if soaked.failure else overall(verdicts),
        "failure": soaked.failure,
        "connections": soaked.connections,
        "messages": soaked.messages,
        "cpu_ns_per_message": middle_cost(soaked.costs_ns),
        "stopped": soaked.counters,
        "figures": {
            key: {
                "verdict": each.verdict, "points": each.points,
                "first": known(each.first), "last": known(each.last),
                "growth": known(each.growth.estimate) if each.growth else None,
                "low": known(each.growth.low) if each.growth else None,
                "high": known(each.growth.high) if each.growth else None,
                "allowed": known(each.allowed),
            }
            for key, each in judged.items()
        },
        "series": {
            "hours": [round(sample.hours, 4) for sample in soaked.samples],
            "connections": [sample.connections for sample in soaked.samples],
            "descriptors": [sample.descriptors for sample in soaked.samples],
            "threads": [sample.threads for sample in soaked.samples],
            "memory_bytes": [sample.memory_bytes for sample in soaked.samples],
            "cost_ratio": [known(sample.cost_ratio) for sample in soaked.samples],
        },
    }


def middle_cost(costs):
    costs = [cost for cost in costs if not math.isnan(cost)]
    return known(statistics.median(costs)) if costs else None


def known(value):
    """Four digits; null for what is unknown."""
    if value is None or math.isnan(value):
        return None
    return float(f"{value:.4g}")


def machine(program, begun, load):
    """Where it was, in the words of the other results (`machine.json`)."""
    fields = dict(line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line)
    fields = {name.strip(): value.strip() for name, value in fields.items()}
    names = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return {
        "program": said(program, "--version"),
        "commit": said("git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD") or None,
        "date": begun.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "kernel": f"{platform.system()} {platform.release()}",
        "operating_system": names.get("PRETTY_NAME", "").strip('"'),
        "processor": fields.get("model name", platform.machine()),
        "architecture": platform.machine(),
        "allowed_cpus": len(os.sched_getaffinity(0)),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "virtualised": "hypervisor" in fields.get("flags", "").split(),
        "load_average": {"before": load[0], "after": load[1]},
    }


def said(*command):
    """Nothing where there is no such program: a soak is not lost for that."""
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def write(folder, name, found):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(found, separators=(",", ":")) + "\n")
    (folder / f"{name}.md").write_text(markdown(found))


def markdown(found):
    where = found["machine"]
    lines = [
        f"# Soak of {found['minutes']:g} minutes: {found['verdict']}",
        "",
        "A server of each backend lived through all of it, side by side with the others, each driven in turn: mixed"
        " sizes, depths and blocks, new connections, clients killed with messages in flight, peers that end half of a"
        " connection, vanish, never read, send urgent data, or say a byte now and then. At the end of each turn it was"
        " looked at, at rest. A fresh server had part of each turn beside it: for what messages cost, and to be stopped"
        " in the middle of all that.",
        "",
        "What a figure has grown by is Theil and Sen's slope over the last"
        " four fifths, with an interval that allows for neighbours that are alike; all intervals hold together with"
        " 95 %. *flat*: the interval ends below what is allowed. *grows*: it begins above 0, and the estimate is not"
        " below what is allowed. *undecided*: neither is shown. Allowed over the whole: "
        + "; ".join(f"{figure.title}: {figure.reason}" for figure in FIGURES) + ".",
        "",
        f"{where['program']}, commit {(where['commit'] or 'unknown')[:7]}; {where['processor']},"
        f" {where['allowed_cpus']} CPUs{', virtualised' if where['virtualised'] else ''},"
        f" {where['memory_bytes'] / 2**30:.0f} GiB; {where['kernel']}, {where['operating_system']};"
        f" {where['date']}; load average {where['load_average']['before']:.1f} before and"
        f" {where['load_average']['after']:.1f} after; loopback; seed {found['seed']}.",
        "",
        "| backend | verdict | connections | messages | "
        + " | ".join(f"{figure.title}, first to last" + f" | grown by{f' ({figure.unit})' if figure.unit else ''}"
                     for figure in FIGURES) + " |",
        "|---|---|--:|--:|" + "--:|--:|" * len(FIGURES),
    ]
    for each in found["backends"]:
        cells = [f"{each['backend']}", each["verdict"], f"{each['connections']:,}", f"{each['messages']:,}"]
        for figure in FIGURES:
            cells += figure_cells(each["figures"][figure.key])
        lines.append("| " + " | ".join(cells) + " |")
    lines += [""] + [f"- {each['failure']}" for each in found["backends"] if each["failure"]]
    return "\n".join(lines).rstrip() + "\n"


def figure_cells(figure):
    ends = f"{plain(figure['first'])} → {plain(figure['last'])}"
    if figure["growth"] is None:
        return [ends, "too few points"]
    mark = "" if figure["verdict"] == "flat" else f" **{figure['verdict']}**"
    return [ends, f"{plain(figure['growth'])} [{plain(figure['low'])}, {plain(figure['high'])}]{mark}"]


def plain(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 or value == 0 else f"{value:.3g}"


def now():
    return datetime.now(timezone.utc)
