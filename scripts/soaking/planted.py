"""Plants leaks in a server that is soaked as any other is, beside one that has none: `scripts/soak --self-test`."""

import os

from preload import library

from . import drive, record

BACKEND = "epoll"
# All in all, of a machine that has nothing else to do; a busy one takes longer for so many cycles, of which enough
# are judged (trend.FEWEST_POINTS).
SECONDS = 14
CYCLES = 14
# By what Tests/Faults does when a connection is accepted: of one in 50 a descriptor stays open, and of each
# 4 KiB are kept.
LEAKS = {"descriptors": "leak@accept=2", "memory": "keep@accept=100"}
# What messages cost is not known after so few seconds.
JUDGED = ("descriptors", "threads", "memory")


def run(binary, seed):
    """Prints what was planted and found. Returns whether all is as it is to be."""
    print(f"soak: seed {seed}")
    begun, load = record.now(), os.getloadavg()[0]
    with library([binary]) as (_, setup):
        faults = [setup.faults({"leaks": rules}, seed, "server") for rules in ("", " ".join(LEAKS.values()))]
        faults[1].switch("leaks")
        soaked = drive.soak(str(binary), [BACKEND] * 2, SECONDS / 60, seed,
                            environments=[each.environment for each in faults], cycles=CYCLES)
        for each in faults:
            each.close()
    found = record.document(str(binary), soaked, SECONDS / 60, seed, begun, (load, os.getloadavg()[0]))
    sound, leaking = found["backends"]
    checks = [(f"a server that {what} is there at the end: {each['failure'] or 'it is'}", not each["failure"])
              for each, what in ((sound, "is sound"), (leaking, "leaks"))]
    checks += [(f"{key} of a server that is sound: {verdict(sound, key)}", verdict(sound, key) != "grows")
               for key in JUDGED]
    checks += [(f"{key} of one that leaks {' and '.join(LEAKS)}: {verdict(leaking, key)}",
                (verdict(leaking, key) == "grows") == (key in LEAKS)) for key in JUDGED]
    checks.append((f"the verdict: {found['verdict']}", found["verdict"] == "grows"))
    for what, is_so in checks:
        print(f"{'ok' if is_so else 'FAILED'}: {what}")
    good = all(is_so for _, is_so in checks)
    if not good:
        print(record.markdown(found), end="")
    return good


def verdict(result, figure):
    return result["figures"][figure]["verdict"]
