"""The recipes of docs/FLEET.md as scripts of bash.

    recipes.py FLEET.md --names    their names, one on each line
    recipes.py FLEET.md NAME       what the document has before all of them, and this one

A recipe is a paragraph that begins with **NAME**, and the code that stands indented below it. One that says
`# … the clients` has those of ssh there, and merges at its end. Those of suites stand in the next section."""

import re
import sys

CLIENTS = "# … the clients"


def read(path):
    """The address, the code before the recipes, and each recipe's code by its name."""
    text = open(path, encoding="utf-8").read().split("\n## Recipes\n", 1)[1]
    text = "".join(text.split("\n## ", 2)[:2])
    address = re.search(r"`(A=[^`]+)`", text)[1]
    codes, name = {}, None
    for line in text.split("\n"):
        if found := re.match(r"\*\*([^*]+)\*\*", line):
            name = found[1]
        elif line.startswith("    "):
            codes.setdefault(name, []).append(line[4:])
    return address, codes


def main(path, name):
    address, codes = read(path)
    before = codes.pop(None)
    if name == "--names":
        print("\n".join(codes))
        return
    lines = codes[name]
    if any(CLIENTS in line for line in lines):
        *clients, merge = codes["ssh"]
        place = next(index for index, line in enumerate(lines) if CLIENTS in line)
        lines = [*lines[:place + 1], *clients, *lines[place + 1:], merge]
    print("\n".join([address, *before, *lines]))


main(*sys.argv[1:])
