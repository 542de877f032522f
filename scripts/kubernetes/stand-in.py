"""Runs the pods of a manifest as processes of this machine, as far as a kubelet would: their commands, with the
variables, the number and the host's name that each is to have.

    stand-in.py MANIFEST PROGRAM FOLDER

Runs in namespaces of its own (scripts/check-kubernetes), since names of Services come into /etc/hosts. The window
is shorter and begins sooner; a volume is a folder. Prints what the merge prints, and ends with its status."""

import os
import pathlib
import re
import subprocess
import sys
import time

import yaml

SECONDS = 5


def process(container, index, name, folder):
    """Starts what a container runs, with $(NAME) replaced as Kubernetes replaces it."""
    env = {item["name"]: item["value"] for item in container.get("env", [])}
    if index is not None:
        env["JOB_COMPLETION_INDEX"] = str(index)
    replace = lambda word: re.sub(r"\$\((\w+)\)", lambda found: env.get(found[1], found[0]), word)
    command = [replace(word) for word in container["command"]]
    for mount in container.get("volumeMounts", []):
        volume = folder / mount["name"] / replace(mount.get("subPathExpr", ""))
        volume.mkdir(parents=True, exist_ok=True)
        command = [word.replace(mount["mountPath"], str(volume)) for word in command]
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    return subprocess.Popen(
        ["unshare", "--uts", "sh", "-c", 'hostname "$1"; shift; exec "$@"', "sh", name, *command],
        env={"PATH": path, **env})


def run(spec, index, name, folder):
    """What comes first, one after the other, and then the container: there is one in each pod here."""
    for container in spec.get("initContainers", []):
        if process(container, index, name, folder).wait(timeout=30) != 0:
            sys.exit(f"{name}: {container['name']} failed")
    return process(spec["containers"][0], index, name, folder)


def main(manifest, program, folder):
    folder = pathlib.Path(folder)
    text = pathlib.Path(manifest).read_text(encoding="utf-8")
    text = text.replace("START_AT_SECONDS", str(int(time.time()) + SECONDS))
    text = re.sub(r"--duration=\w+", "--duration=500ms", text)
    documents = list(yaml.safe_load_all(text))
    (folder / "bin").mkdir()
    (folder / "bin" / "echobench").symlink_to(pathlib.Path(program).resolve())
    names = [item["metadata"]["name"] for item in documents if item["kind"] == "Service"]
    (folder / "hosts").write_text(f"127.0.0.1 localhost {' '.join(names)}\n")
    subprocess.run(["mount", "--bind", folder / "hosts", "/etc/hosts"], check=True)
    started, clients, merge = [], [], None
    for item in documents:
        if item["kind"] == "Pod":
            started.append(run(item["spec"], None, item["metadata"]["name"], folder))
            time.sleep(1)
        if item["kind"] != "Job":
            continue
        spec, name = item["spec"]["template"]["spec"], item["metadata"]["name"]
        if item["spec"].get("completionMode") == "Indexed":
            clients += [run(spec, i, f"{name}-{i}", folder) for i in range(item["spec"]["completions"])]
        else:
            merge = run(spec, None, name, folder)
    statuses = [client.wait(timeout=60) for client in clients]
    # Of those that are not there it would wait for a minute, as it should.
    if any(statuses):
        merge.kill()
    status = merge.wait(timeout=60)
    for server in started:
        server.terminate()
        server.wait(timeout=30)
    print(f"the clients ended with {statuses}, the merge with {status}", flush=True)
    return 1 if status or any(statuses) else 0


sys.exit(main(*sys.argv[1:]))
