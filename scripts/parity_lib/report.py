"""What is printed: Markdown for people, JSON for programs."""

import json

from .rows import CONNECTIONS, INSTRUCTION_TARGET, SERVER_BUFFER


def table(header, rows):
    """A Markdown table; every column but the first is aligned to the right."""
    cells = [list(map(str, row)) for row in [header, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = []
    for row in cells:
        padded = [row[0].ljust(widths[0])]
        padded += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append(f"| {' | '.join(padded)} |")
    rule = ["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]]
    lines.insert(1, f"| {' | '.join(rule)} |")
    return "\n".join(lines)


def cpu_section(outcomes, floors, rounds, window):
    header = ["Row", "Reference", "Message size", "µs", "Reference µs", "Ratio", "Interval",
              "Target", "Verdict", "Repeated", "Disturbed"]
    rows = [[
        each.row.name, each.row.against, each.size, f"{each.ours_us:.2f}",
        f"{each.reference_us:.2f}", f"{each.ratio:.3f}", _interval(each.interval),
        each.row.target or "–", each.verdict, each.repeated, each.disturbed,
    ] for each in outcomes]
    confidences = {f"{100 * each.interval.confidence:.1f} %" for each in outcomes if each.interval}
    confidence = f"; the interval holds it with {confidences.pop()}" if confidences else ""
    text = (
        f"## CPU per message\n\n{table(header, rows)}\n\n"
        f"CPU of the process under test, user and system, {CONNECTIONS} connections, server buffer"
        f" {SERVER_BUFFER} bytes. The ratio is the median of {rounds} rounds of {window} s, each"
        f" a pair, in alternating order{confidence}. Repeated: attempts made again because of"
        " stolen time or foreign CPU use; disturbed: rounds where that did not help."
    )
    if floors:
        listed = ", ".join(f"{size} bytes {us:.2f} µs" for size, us in floors.items())
        text += f"\n\nA round trip with no scheduling at all (`floor`, both sides): {listed}."
    return text


def exact_section(outcomes):
    header = ["Row", "Reference", "Message size", "System calls", "Reference's", "Instructions",
              "Reference's", "Ratio", "Target", "Verdict"]
    rows = [[
        each.row.name, each.row.against, each.size, _calls(each.ours), _calls(each.reference),
        f"{each.ours.instructions:.1f}", f"{each.reference.instructions:.1f}",
        f"{each.ratio:.2f}", INSTRUCTION_TARGET if each.row.target else "–", each.verdict,
    ] for each in outcomes]
    return (
        f"## Exact figures, per message\n\n{table(header, rows)}\n\n"
        "System calls by strace, instructions in user space by callgrind, libraries included; the"
        " difference of two runs of different length. Under both tools the program is slow, so a"
        f" wait serves up to all {CONNECTIONS} connections."
    )


def as_json(cpu, exact):
    document = {"schema": "echobench-parity/1", "cpu": [], "exact": []}
    for each in cpu:
        entry = _identity(each)
        entry.update(
            ours_us=each.ours_us, reference_us=each.reference_us, ratio=each.ratio,
            interval=each.interval and each.interval._asdict(), rounds=each.rounds,
            repeated=each.repeated, disturbed=each.disturbed)
        document["cpu"].append(entry)
    for each in exact:
        entry = _identity(each)
        for side in ("ours", "reference"):
            figures = getattr(each, side)
            entry[side] = {"system_calls": figures.calls, "instructions": figures.instructions}
        entry["ratio"] = each.ratio
        document["exact"].append(entry)
    return json.dumps(document, indent=2)


def _identity(outcome):
    row = outcome.row
    return {"row": row.name, "role": row.role, "reference": row.against,
            "size_bytes": outcome.size, "target": row.target, "verdict": outcome.verdict}


def _interval(interval):
    return f"{interval.low:.3f} to {interval.high:.3f}" if interval else "–"


def _calls(figures):
    listed = ", ".join(f"{name} {count:.2f}" for name, count in figures.calls.items())
    return f"{figures.call_count:.2f} ({listed})"
