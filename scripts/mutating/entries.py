"""The list of mutations, and whether it fits the sources."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
LIST = ROOT / "scripts/mutations"
# Of what other tests run, they start the program, which is as it was.
TESTED = ("EchoIOTests", "EchoSuiteTests")


class Stale(Exception):
    """The list does not fit the sources."""


class Mutation(NamedTuple):
    area: str
    place: str  # in the list, for errors
    file: str
    line: str
    replacement: str
    test: str
    why: str

    @property
    def name(self):
        return f"{self.area}: {Path(self.file).name}: {self.why}"

    def matches(self, word):
        texts = (self.area, self.place, self.file, self.line, self.test, self.why)
        return any(word in text for text in texts)

    def number(self, text):
        """Of the line, from 0; `Stale` unless it is there exactly once."""
        found = [n for n, line in enumerate(text.split("\n")) if line.strip() == self.line]
        if len(found) != 1:
            raise Stale(f"{self.place}: {self.file} has this line {len(found)} times: {self.line}")
        return found[0]

    def applied(self, text):
        lines = text.split("\n")
        number = self.number(text)
        indentation = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
        lines[number] = indentation + self.replacement
        return "\n".join(lines)


def read_list():
    mutations = []
    for path in sorted(LIST.iterdir()):
        lines = path.read_text().split("\n")
        entry, begin = [], 0
        for number, line in enumerate(lines + [""], 1):
            if line.startswith("#"):
                continue
            if line.strip():
                entry, begin = entry + [line], begin or number
            elif entry:
                mutations.append(read_entry(path.name, f"{path.name}:{begin}", entry))
                entry, begin = [], 0
    return mutations


def read_entry(area, place, entry):
    keys = [line.partition(" ")[0] for line in entry[1:]]
    if keys != ["-", "+", "test", "why"]:
        raise Stale(f"{place}: must be a file, and lines with -, +, test and why")
    values = [line.partition(" ")[2].strip() for line in entry[1:]]
    mutation = Mutation(area, place, entry[0].strip(), *values)
    if not all(mutation):
        raise Stale(f"{place}: something is empty")
    return mutation


def check(mutations):
    """Every way in which the list does not fit the sources."""
    suites = set()
    for path in (p for d in TESTED for p in (ROOT / "Tests" / d).rglob("*.swift")):
        suites.update(re.findall(r"\b(?:struct|enum|final class) (\w+Tests)\b", path.read_text()))
    problems, seen = [], set()
    for mutation in mutations:
        key = (mutation.file, mutation.line, mutation.replacement)
        if key in seen:
            problems.append(f"{mutation.place}: is there twice")
        seen.add(key)
        if mutation.line == mutation.replacement:
            problems.append(f"{mutation.place}: changes nothing")
        if mutation.test.split("/")[0] not in suites:
            problems.append(f"{mutation.place}: there is no suite {mutation.test.split('/')[0]}")
        path = ROOT / mutation.file
        if not path.is_file():
            problems.append(f"{mutation.place}: there is no file {mutation.file}")
            continue
        try:
            mutation.number(path.read_text())
        except Stale as stale:
            problems.append(str(stale))
    return problems
