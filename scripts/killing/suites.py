"""Suites, here and on hosts, which are gone on with, and their reports."""

import pathlib
import shutil
import time

from .files import REPORTS, check_folder, check_whole
from .processes import COMMAND, Tree, hold
from .trial import Trial

RESULTS = pathlib.Path(__file__).resolve().parent.parent.parent / "results"

# The commands of a suite are this program, too: as somebody else's they have a variable in their environment.
SUITE = """
name: killed
{goal}
duration: 100ms
warmup: 20ms
timeout: 2s
twin: false
anatomy: {anatomy}
{load}
servers:
  - backend: {one}
  - backend: {other}
  - name: command
    command: "{command} server --backend {theirs} --address {{address}}"
  - name: shell
    command: "sleep 1000 & {command} server --backend threads --address {{address}}; wait"
"""
GOALS = ["rounds: 1", "rounds: 2", "precision: 50%\nmin_rounds: 2\nmax_rounds: 3\nbudget: 5s"]
LOADS = ["", "transports: [unix]", "pipelines: [8]", "rates: [2000]", "reconnects: [every=20]"]
# Clients and a server on hosts, which are this machine: their agents are as much a suite's as its supervisors.
ON_HOSTS = """
name: killed
rounds: 2
duration: 200ms
warmup: 300ms
twin: false
workers: 2
connections: 2
engines: [event]
server_host: {{launch: env, name: s, address: 127.0.0.1, program: {program}}}
client_hosts:
  - {{launch: env, name: a, program: {program}}}
  - {{launch: env, name: b, program: {program}}}
servers:
  - backend: {one}
  - name: command
    command: "sleep 1000 & {command} server --backend {theirs} --address {{address}}; wait"
"""
# Of a client that has long to go, whatever becomes of the server's supervisor.
LONG = """
name: long
rounds: 1
duration: 60s
warmup: 20ms
timeout: 2s
twin: false
anatomy: false
servers:
  - name: shell
    command: "setsid sleep 1000 & {command} server --backend {theirs} --address {{address}}; wait"
"""


def kill_suite(trial: Trial) -> str:
    one = trial.backend()
    text = SUITE.format(
        goal=trial.random.choice(GOALS), anatomy="true" if trial.random.random() < 0.2 else "false",
        load=trial.random.choice(LOADS), one=one, other=trial.backend(one), theirs=trial.backend(),
        command=command_of(trial))
    return kill_run_of(trial, text)


def kill_suite_on_hosts(trial: Trial) -> str:
    return kill_run_of(trial, ON_HOSTS.format(
        program=trial.program, command=command_of(trial), one=trial.backend(), theirs=trial.backend()))


def command_of(trial: Trial) -> str:
    return f"{COMMAND} {trial.program}"


def kill_supervisor(trial: Trial) -> str:
    """Alone, while a client measures for a minute: the suite sees to what is left."""
    config = trial.folder / "suite.yaml"
    config.write_text(LONG.format(command=command_of(trial), theirs=trial.backend()))
    tree = Tree(trial, ["suite", "--config", str(config), "--output", str(trial.folder / "out")])
    # What is tried beforehand has a supervisor and no client, and the machine's floor the other way round.
    deadline = time.monotonic() + 60
    while not {"supervise", "client"} <= {tree.kind(member) for member in tree.members()}:
        hold(tree.process.poll() is None and time.monotonic() < deadline, f"no trial was begun: {tree.said()}")
        time.sleep(0.05)
    trial.pause(1)
    supervisors = [member for member in tree.members() if tree.kind(member) == "supervise"]
    hold(supervisors, f"the supervisor is gone: {tree.said()}")
    for member in supervisors:
        trial.kill(tree, member)
    status = tree.wait(30)
    hold(status == 1, f"without its only supervisor a suite ended with {status}: {tree.said()}")
    tree.expect_no_orphans()
    check_folder(trial.folder / "out", is_finished=True)
    return f"a supervisor beside a client, status {status}"


def kill_run_of(trial: Trial, text: str) -> str:
    """A suite, once or twice, and what is left of it gone on with."""
    folder = trial.folder / "out"
    config = trial.folder / "suite.yaml"
    config.write_text(text)
    begin = ["suite", "--config", str(config), "--output", str(folder)]
    done = []
    for number in range(trial.random.choice([1, 1, 2])):
        tree = Tree(trial, begin if number == 0 else next_of(trial, begin, folder))
        if trial.random.random() < 0.5:
            # It begins with a second in which it is alone.
            trial.await_member(tree)
        done.append(trial.harm(tree, trial.random.choice([0.2, 1, 2.5])) or "nothing was there any more")
        # What did not end of that ends by itself.
        status = tree.wait()
        tree.expect_no_orphans()
        check_folder(folder, is_finished=False)
        done.append(f"status {status}")
    go_on(trial, begin, folder)
    return ", ".join(done)


def next_of(trial: Trial, begin: list, folder: pathlib.Path) -> list:
    """What goes on with a suite, which may be given its file once more."""
    if not (folder / "plan.json").exists():
        return begin
    return [*begin, "--resume"] if trial.random.random() < 0.5 else ["suite", "--resume", "--output", str(folder)]


def go_on(trial: Trial, begin: list, folder: pathlib.Path) -> None:
    """The rest of a suite, undisturbed."""
    tree = Tree(trial, next_of(trial, begin, folder))
    status = tree.wait()
    tree.expect_no_orphans()
    check_folder(folder, is_finished=True)
    report = check_whole(folder / "report.json")
    hold(report["trials_done"] == report["trials"], f"{report['trials_done']} trials are done")
    if status != 0:
        told = [row for row in report["summaries"]
                if row["reasons"] or any(words.startswith("failed in ") for words in row["warnings"])]
        hold(status in (1, 3) and told, f"it went on with status {status}: {tree.said()}")
    for name in REPORTS:
        check = Tree(trial, ["report", str(folder), "--check", str(folder / name)])
        hold(check.wait() == 0, f"{folder / name} is not as it should be: {check.said()}")


def kill_report(trial: Trial) -> str:
    """Of a suite that was measured before."""
    folder = trial.folder / "out"
    shutil.copytree(RESULTS / "quick", folder)
    for name in REPORTS:
        with open(folder / name, "a") as file:
            file.write(" ")
    tree, done = trial.begin_and_harm(lambda: Tree(trial, ["report", str(folder), "--update"]), 0.3)
    tree.wait()
    check_folder_of_reports(folder)
    again = Tree(trial, ["report", str(folder), "--update"])
    hold(again.wait() == 0, f"report ends with {again.process.returncode}: {again.said()}")
    check_folder(folder, is_finished=True)
    return done


def check_folder_of_reports(folder: pathlib.Path) -> None:
    for name in REPORTS:
        hold((folder / name).stat().st_size > 1000, f"{name} is cut off")


def kill_compare(trial: Trial) -> str:
    """Of two suites that were measured before, and are one."""
    output = trial.folder / "comparison.json"
    arguments = ["compare", str(RESULTS / "quick"), str(RESULTS / "quick"), "--format", "json", "--output", str(output)]
    tree, done = trial.begin_and_harm(lambda: Tree(trial, arguments), 0.2)
    tree.wait()
    if output.exists():
        check_whole(output)
    again = Tree(trial, arguments)
    hold(again.wait() == 0, f"compare ends with {again.process.returncode}: {again.said()}")
    check_whole(output)
    return done
