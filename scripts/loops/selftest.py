"""Proves that the check can fail."""

import sys

from .binary import functions_of
from .judging import built, judge
from .sources import Loop, loops_in, loops_of_data_plane, unmarked_backends

EXAMPLE = """\
enum Outer {
  struct Done {
  }
  // Measured, calls only: read errno
  //   helper
  @inline(never)
  private static func loop(
  ) {
  }
}
#if Extra
  // Measured, calls only: nothing
  @c(exported_name)
  private func other() {}
#endif
"""


def self_test(binary):
    """Each way in which the check fails, on the binary as it is."""
    functions, loops = functions_of(binary), loops_of_data_plane()
    marked = {loop.name for loop in loops}
    failures = []

    def expect(what, is_so):
        if not is_so:
            failures.append(what)

    def complains(loop, text):
        return any(text in complaint for complaint in judge(loop, functions, marked))

    expect("comments are read", loops_in(EXAMPLE, "f") == [
        Loop("Outer.loop", "f", ("read", "errno", "helper"), ""),
        Loop("exported_name", "f", (), "Extra")])
    calling = [loop for loop in built(loops, functions) if loop.words]
    expect("loops call something", len(calling) > 3)
    for loop in calling:
        for word in loop.words:
            rest = tuple(each for each in loop.words if each != word)
            expect(f"{loop.name} is caught when it may not call {word}",
                   complains(loop._replace(words=rest), " calls "))
        expect(f"{loop.name} is caught when its comment names too much",
               complains(loop._replace(words=loop.words + ("fork",)), "does not call fork"))
    # What allocates does what no loop may: any function of the data plane that does.
    impure = [name for name, versions in functions.items()
              if any(call.callee == "swift_allocObject" for calls in versions for call in calls)]
    expect("an allocation is seen",
           impure and complains(Loop(impure[0], "f", (), ""), "calls swift_allocObject\n"))
    expect("a loop that is not there is missed", complains(Loop("None", "f", (), ""), "not in"))
    expect("a backend without a loop is found", len(unmarked_backends([])) > 0)
    for what in failures:
        print(f"self-test: not so: {what}", file=sys.stderr)
    if not failures:
        print(f"the check fails where it should, in {len(calling)} loops")
    return 1 if failures else 0
