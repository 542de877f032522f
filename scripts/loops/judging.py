"""Whether the loops call what they may."""

import sys

from .binary import INDIRECT, functions_of
from .sources import loops_of_data_plane, unmarked_backends

# How the compiler may spell what a comment names.
SPELLINGS = {"errno": ("Glibc.errno.getter", "__errno_location"), "memcmp": ("memcmp", "bcmp"),
             "fcntl": ("fcntl", "Glibc.fcntl")}
# The compiler's own stack protector: reached when the stack has been overwritten, never otherwise.
ALWAYS_ALLOWED = ("__stack_chk_fail",)


def advice(callee):
    if callee == INDIRECT:
        return ("A closure, a class or protocol method, or a switch that became a jump table: make"
                " it a static function, or a chain of ifs.")
    if callee.startswith(("swift_", "Swift.", "outlined ")):
        return ("The Swift runtime or library: look for an array, a string, a class, a closure or"
                " an existential in the loop, and pass numbers and pointers instead.")
    return ("Inline it (@inline(__always)); or, when it is out of line on purpose, name it in the"
            " comment above the loop, and give it a comment of its own.")


def word_for(callee, marked):
    """How a comment names a callee: a measured function of ours by its last name."""
    for word, spellings in SPELLINGS.items():
        if callee in spellings:
            return word
    return callee.split(".")[-1] if callee in marked else callee


def judge(loop, functions, marked):
    """What is wrong with one loop, in sentences."""
    if loop.name not in functions:
        return [f"{loop.name} ({loop.file}): not in the binary. Was it inlined? It has to be"
                " @inline(never)."]
    calls = [call for version in functions[loop.name] for call in version]
    called = {word_for(call.callee, marked) for call in calls}
    complaints = [f"{loop.name} ({loop.file}) does not call {word}, which its comment names"
                  for word in loop.words if word not in called]
    for call in calls:
        if word_for(call.callee, marked) not in loop.words + ALWAYS_ALLOWED:
            complaints.append(f"{loop.name} ({loop.file}) calls {call.callee}"
                              f"\n    {call.address}: {call.text}\n    {advice(call.callee)}")
    return complaints


def built(loops, functions):
    """The loops without those of a condition that the binary was built without."""
    absent = {loop.condition for loop in loops if loop.condition} - {
        loop.condition for loop in loops if loop.name in functions}
    for condition in sorted(absent):
        print(f"built without {condition}: its loops are not checked")
    return [loop for loop in loops if loop.condition not in absent]


def run_check(binary):
    functions, loops = functions_of(binary), loops_of_data_plane()
    complaints = [f"{name} has no measured loop: put the comment above it, see --help"
                  for name in unmarked_backends(loops)]
    loops, marked = built(loops, functions), {loop.name for loop in loops}
    for loop in loops:
        complaints += judge(loop, functions, marked)
    for text in complaints:
        print(text, file=sys.stderr)
    if complaints or not loops:
        print(f"{len(complaints)} complaints about {len(loops)} measured loops", file=sys.stderr)
        return 1
    print(f"{len(loops)} measured loops call what they may, and nothing else")
    return 0
