"""What files have to be like, whatever happened to who wrote them."""

import json
import pathlib
import re

from .processes import Broken, hold

LEFTOVER = re.compile(r"\.echobench-new-\d+$")


def documents(text: str, what: str, is_growing: bool) -> list:
    """Each line is a document; the last may be cut off while it grows."""
    lines = text.split("\n")
    last = lines.pop()
    hold(is_growing or last == "", f"{what} ends in the middle of a line")
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(json.loads(line))
        except ValueError as error:
            raise Broken(f"{what}:{number} is no document: {error}") from None
    return found


def check_whole(path: pathlib.Path) -> dict:
    try:
        return json.loads(path.read_text())
    except ValueError as error:
        raise Broken(f"{path} is no document: {error}") from None


def check_histogram(path: pathlib.Path) -> None:
    """The percentiles of `client --hdr` or the log of `client --hlog`."""
    text = path.read_text()
    hold(text.endswith("\n") and (path.suffix != ".hdr" or "\n#[Buckets" in text), f"{path} is not whole")


REPORTS = ["report.md", "report.json", "report.csv", "report.html", "ratios.svg"]


def check_folder(folder: pathlib.Path, is_finished: bool) -> None:
    """The files of a suite: whole, each attempt once, and nothing else."""
    names = {"plan.json", "machine.json", "trials.jsonl", "anatomy.jsonl", *REPORTS}
    for path in folder.iterdir() if folder.exists() else []:
        is_left = LEFTOVER.search(path.name)
        hold(path.name in names or (is_left and not is_finished), f"{path} was left behind")
        if path.suffix == ".json":
            check_whole(path)
        if path.suffix == ".jsonl":
            check_lines(path, is_finished)
    for name in ["report.md", "report.html", "ratios.svg", "report.csv"]:
        path = folder / name
        if path.exists():
            text = path.read_text()
            ends = {".html": "</html>\n", ".svg": "</svg>\n"}.get(path.suffix, "\n")
            hold(text.endswith(ends), f"{path} is not whole")


def check_lines(path: pathlib.Path, is_finished: bool) -> None:
    attempts: set = set()
    for line in documents(path.read_text(), str(path), not is_finished):
        if "attempt" in line:
            key = (line["scenario"], line["round"], line["attempt"])
            hold(key not in attempts, f"{path} has {key} twice")
            attempts.add(key)
