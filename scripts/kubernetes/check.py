"""Holds a manifest against Kubernetes' own schemas, strictly, and against what a schema does not say.

    check.py MANIFEST

Says what is wrong, and ends with 1 where anything is. Then it breaks copies of the manifest, one way each, and ends
with 1 as well where one of these passes. Nothing is asked of a cluster."""

import re
import sys

import kubernetes_validate
import yaml

# The oldest in which `backoffLimitPerIndex` is no longer a feature to be switched on, and the newest here.
VERSIONS = ["1.33", kubernetes_validate.latest_version()]


def schema_problems(documents):
    for version in VERSIONS:
        for document in documents:
            try:
                kubernetes_validate.validate(document, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                yield f"{version}: {document.get('kind')}: {error.message}"
            except kubernetes_validate.SchemaNotFoundError as error:
                yield f"{version}: {error}"


def pods(documents):
    """What a pod is made of, for each that is made: who makes it, how often, its metadata, its spec."""
    for document in documents:
        if document["kind"] == "Pod":
            yield document, 1, document["metadata"], document["spec"]
        elif document["kind"] == "Job":
            template = document["spec"]["template"]
            yield document, document["spec"].get("completions", 1), template["metadata"], template["spec"]


def containers(spec):
    return spec.get("initContainers", []) + spec["containers"]


def problems(documents):
    """What the server would refuse or a run would come to nothing by, in valid documents."""
    names = [(document["kind"], document["metadata"]["name"]) for document in documents]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{name} is there twice"
    claims = {name for kind, name in names if kind == "PersistentVolumeClaim"}
    services = {d["metadata"]["name"]: d for d in documents if d["kind"] == "Service"}
    made = list(pods(documents))
    indexed = [owner for owner, *_ in made if owner["spec"].get("completionMode") == "Indexed"]
    if len(indexed) != 1:
        yield f"there are {len(indexed)} Indexed Jobs"
        return
    size = indexed[0]["spec"].get("completions")
    if not size or size != indexed[0]["spec"].get("parallelism"):
        yield "not all clients run at the same time"
    for owner, _, _, spec in made:
        where = owner["metadata"]["name"]
        if owner["kind"] == "Job" and spec.get("restartPolicy") not in ("Never", "OnFailure"):
            yield f"{where}: a Job's restartPolicy is {spec.get('restartPolicy')}"
        volumes = {volume["name"]: volume for volume in spec.get("volumes", [])}
        for volume in volumes.values():
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            if claim not in claims:
                yield f"{where}: there is no claim {claim}"
        for container in containers(spec):
            env = {item["name"]: item.get("value", "") for item in container.get("env", [])}
            if env.get("SIZE", str(size)) != str(size):
                yield f"{where}: SIZE is {env['SIZE']} of {size}"
            text = container.get("command", []) + container.get("args", [])
            mounts = container.get("volumeMounts", [])
            words = " ".join(text + [mount.get("subPathExpr", "") for mount in mounts])
            for name in sorted(set(re.findall(r"\$\((\w+)\)", words)) - set(env)):
                yield f"{where}: $({name}) is of no variable"
            if owner is indexed[0] and container in spec["containers"]:
                if not any("auto/$(SIZE)" in word for word in text):
                    yield f"{where}: the clients are not numbered"
            for mount in mounts:
                if mount["name"] not in volumes:
                    yield f"{where}: there is no volume {mount['name']}"
            if "/results" in words and "/results" not in [mount["mountPath"] for mount in mounts]:
                yield f"{where}: /results is nowhere"
    for name, service in services.items():
        selector = service["spec"]["selector"].items()
        if not any(selector <= metadata.get("labels", {}).items() for _, _, metadata, _ in made):
            yield f"no pod is behind the Service {name}"
    for name in set(re.findall(r"address=([a-z-]+):", str(documents))):
        if name not in services:
            yield f"nobody is called {name}"


def complaints(text):
    try:
        documents = [document for document in yaml.safe_load_all(text) if document]
    except yaml.YAMLError as error:
        return [f"it is no YAML: {error}"]
    return list(schema_problems(documents)) or list(problems(documents))


# What is replaced, by what: each makes it wrong in a way of its own.
BROKEN = [
    ("completionMode: Indexed", "completionmode: Indexed"),
    ("completionMode: Indexed", "completionMode: NonIndexed"),
    ("parallelism: 3", 'parallelism: "3"'),
    ("parallelism: 3", "parallelism: 2"),
    ("completions: 3", "completions: 4"),
    ("apiVersion: batch/v1", "apiVersion: batch/v1beta1"),
    ('{name: SIZE, value: "3"}', "{name: SIZE, value: 3}"),
    ('{name: SIZE, value: "3"}', '{name: SIZE, value: "4"}'),
    ("--shard=auto/$(SIZE)", "--shard=auto/$(COUNT)"),
    ("            - --shard=auto/$(SIZE)\n", ""),
    ("restartPolicy: Never", "restartPolicy: Always"),
    ("restartPolicy: Never", "restartpolicy: Never"),
    ("claimName: echobench-results", "claimName: results"),
    ("- name: results\n", "- name: reports\n"),
    ("mountPath: /results", "mountPath: /result"),
    ("kind: Service", "kind: Servant"),
    ("name: echobench-server}\n  ports", "name: echobench-servers}\n  ports"),
    ("--address=echobench-server:", "--address=echobench:"),
    ("    spec:\n", "    specs:\n"),
    ("spec:\n", "spec:\n  - x\n"),
]


def main(path):
    text = open(path, encoding="utf-8").read()
    found = complaints(text)
    for problem in found:
        print(f"{path}: {problem}")
    passed = 0
    for old, new in BROKEN:
        broken = text.replace(old, new, 1)
        if broken == text:
            print(f"check.py: {old!r} is not there to be broken")
            passed += 1
        elif not complaints(broken):
            print(f"check.py: {old!r} as {new!r} is not found out")
            passed += 1
    if not found and not passed:
        print(f"{path}: valid for Kubernetes {' and '.join(VERSIONS)}; {len(BROKEN)} broken copies are not")
    return 1 if found or passed else 0


sys.exit(main(*sys.argv[1:]))
