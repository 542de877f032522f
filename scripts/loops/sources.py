"""The measured loops of the sources, and what the comments above them allow."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
DATA_PLANE = ROOT / "Sources/EchoIO"
BACKENDS = DATA_PLANE / "Server/Backends"

COMMENT = re.compile(r"^ *// Measured, calls only: (.*)$")
UNMEASURED = re.compile(r"^ *// No measured step: \w", re.MULTILINE)
CONTINUED = re.compile(r"^ *//   (.*)$")
TYPE = re.compile(r"^( *)(?:\w+ )*(?:enum|struct|class|actor|extension) (\w+)")
FUNCTION = re.compile(r"^ *(?:\w+ )*func (\w+)")
EXPORTED = re.compile(r"^ *@c\((\w+)\)")


class Loop(NamedTuple):
    """A measured function, and all that it may call."""

    name: str  # `EventEngine.drive`, or the C name that it is exported by
    file: str
    words: tuple  # of its comment
    condition: str  # of the #if around it, such as `Libuv`; empty without one


def loops_in(text, file):
    """The measured functions of a source file. It is formatted: a closing brace stands below the
    beginning of what it closes."""
    loops, types, conditions, words, exported = [], [], [], None, None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip(" "))
        if line.lstrip().startswith("#if "):
            conditions.append(line.split()[1])
        elif line.lstrip().startswith("#endif"):
            conditions.pop()
        elif line.strip().startswith("}"):
            types = [each for each in types if each[0] < indent]
        elif comment := COMMENT.match(line):
            words, exported = comment[1].split(), None
        elif words is not None and (more := CONTINUED.match(line)):
            words += more[1].split()
        elif symbol := EXPORTED.match(line):
            exported = symbol[1]
        elif found := TYPE.match(line):
            types.append((indent, found[2]))
        elif words is not None and (function := FUNCTION.match(line)):
            name = exported or ".".join([each[1] for each in types] + [function[1]])
            words = tuple(word for word in words if word != "nothing")
            loops.append(Loop(name, file, words, "".join(conditions[-1:])))
            words = None
    return loops


def loops_of_data_plane():
    loops = []
    for path in sorted(DATA_PLANE.rglob("*.swift")):
        loops += loops_in(path.read_text(), str(path.relative_to(ROOT)))
    return loops


def unmarked_backends(loops):
    """Backends that neither have a measured function, nor call one of those they share, nor say why
    they have none."""
    shared = [loop.name for loop in loops if loop.file.startswith("Sources/EchoIO/Server/Echo")]
    return [path.name for path in sorted(BACKENDS.glob("*.swift"))
            if not any(loop.file.endswith(path.name) for loop in loops)
            and not any(f"{name}(" in path.read_text() for name in shared)
            and not UNMEASURED.search(path.read_text())]
