"""Holds a merged result against the reports that it is of, or the trials of a suite against what each host has.

    verify.py [--spoil] MERGED.json RUN    RUN is the folder that was merged
    verify.py [--spoil] RUN                RUN is the folder of a suite

Prints what it found; ends with 1, and says why, where the result is not what the reports come to. With --spoil the
result is changed first: then it has to end with 1."""

import json
import pathlib
import sys

HOSTS = 2


def documents(folder):
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.is_file() and path.stat().st_size:
            for line in path.read_text(errors="replace").splitlines():
                if line.startswith("{"):
                    yield json.loads(line)


def expect(truth, words):
    if not truth:
        sys.exit(f"verify: {words}")


def main(merged, folder, spoil=False):
    result = json.loads(pathlib.Path(merged).read_text())
    if spoil:
        result["counts"]["completed"] += 1
    found = list(documents(folder))
    clients = [item for item in found if item["schema"] == "echobench-client/1"]
    expect(result["schema"] == "echobench-merge/1", f"its schema is {result['schema']}")
    expect(result["valid"], f"it is INVALID: {result['invalid_reasons']}")
    expect(len(clients) == HOSTS, f"there are {len(clients)} reports")
    shards = result["shards"]
    expect(shards["found"] == HOSTS and shards["expected"] in (HOSTS, None), f"shards are {shards}")
    expect(result["target"].get("remote") is True, "the server is not on another host")
    for name in ["sent", "completed", "bytes_sent", "bytes_received"]:
        total = sum(client["counts"][name] for client in clients)
        expect(result["counts"][name] == total > 0, f"{name} is {result['counts'][name]}, not {total}")
    names = [client["id"] for client in result["clients"]]
    expect(len(set(names)) == HOSTS, f"the clients are {names}")
    rate = sum(client["throughput"]["messages_per_second"] for client in clients)
    whole = result["throughput"]["messages_per_second"]
    expect(abs(whole - rate) < 1e-6 * rate, f"the rate is {whole}, and theirs add up to {rate}")
    if len(clients) < len(found):
        server = result.get("server")
        expect(server and server["cpu_ns"] > 0, "nothing is said of the server that was observed")
    how = "shards" if clients[0]["fleet"].get("shard") else "clients"
    extra = f", the server used {result['server']['cpus']:.2f} CPUs" if result.get("server") else ""
    skew = result["window"]["skew_ns"] / 1e6
    print(
        f"{HOSTS} of {shards['expected'] or 'unknown'} {how} ({', '.join(names)}),"
        f" {result['counts']['completed']} messages, {skew:.2f} ms apart{extra}")


def suite(folder, spoil=False):
    tried = [json.loads(line) for line in (pathlib.Path(folder) / "trials.jsonl").open()]
    # One that was tried again is what it was last; where a suite was gone on with stands among them.
    tried = [trial for trial in tried if trial["schema"] == "echobench-trial/1"]
    trials = list({(trial["scenario"], trial["round"]): trial for trial in tried}.values())
    expect(trials, "no trial ran")
    for trial in trials:
        expect("ran" in trial["outcome"], f"a trial has {trial['outcome']}")
        whole, server, clients = trial["client"], trial["hosts"][0], trial["hosts"][1:]
        if spoil:
            whole["counts"]["completed"] += 1
        expect(whole["valid"], f"a trial is INVALID: {whole['invalid_reasons']}")
        expect(whole["target"].get("remote") is True, "the server is not on another host")
        expect(server["role"] == "server" and server["host"] == "h1", f"the server ran on {server['host']}")
        expect([one["host"] for one in clients] == ["h2", "h3"], "the clients are others")
        total = sum(one["client"]["completed"] for one in clients)
        expect(whole["counts"]["completed"] == total > 0, f"completed is not {total}, their sum")
        expect(all(one["client"]["completed"] > 0 for one in clients), "a client has measured nothing")
        rate = sum(one["client"]["messages_per_second"] for one in clients)
        expect(abs(whole["throughput"]["messages_per_second"] - rate) < 1e-6 * rate, "the rate is no sum")
        expect(whole["server"] and whole["server"]["cpu_ns"] > 0, "nothing is said of the server's CPU time")
    error = max(one["clock"]["error_ns"] for trial in trials for one in trial["hosts"]) / 1e6
    print(f"{len(trials)} trials on h1, h2 and h3, clocks known to within {error:.2f} ms")


arguments = sys.argv[1:]
spoiled = arguments[0] == "--spoil"
paths = arguments[spoiled:]
(suite if len(paths) == 1 else main)(*paths, spoil=spoiled)
