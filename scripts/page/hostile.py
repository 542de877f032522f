"""Writes a copy of a suite's folder in which every word that comes from a suite file, a server or a machine
tries to be markup: a page that takes one of them for a tag has an element `i.hostile`, or runs a script."""

import json
import pathlib
import shutil
import sys

HOSTILE = "<i class=hostile>&amp;</i>\"'><script>document.title='hostile'</script>"
# It ends a line of a script. What a suite writes itself and has it is refused; a server may have said it.
SEPARATOR = "\u2028"


def rewritten(value, key=None):
    if isinstance(value, dict):
        return {name: rewritten(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [rewritten(part, key) for part in value]
    if isinstance(value, str) and key in {"about", "model", "kernel", "compiler", "operating_system", "reason"}:
        return value + HOSTILE + (SEPARATOR if key == "reason" else "")
    return value


def named(text):
    """The servers' names are in names of scenarios, too."""
    hostile = json.dumps("<i class=hostile>steady</i>&'", ensure_ascii=False)[1:-1]
    return text.replace('"steady"', f'"{hostile}"').replace('"steady,', f'"{hostile},')


def main(source, target):
    target = pathlib.Path(target)
    shutil.copytree(source, target)
    for path in target.glob("report.*"):
        path.unlink()
    for path in target.glob("*.json"):
        document = rewritten(json.loads(path.read_text()))
        path.write_text(named(json.dumps(document, ensure_ascii=False)))
    for path in target.glob("*.jsonl"):
        lines = [json.dumps(rewritten(json.loads(line))) for line in path.read_text().splitlines()]
        path.write_text(named("\n".join(lines) + "\n"))


main(*sys.argv[1:])
