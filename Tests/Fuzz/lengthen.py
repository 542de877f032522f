#!/usr/bin/env python3
"""Makes long cases of short ones: lengthen.py EXAMPLES FOLDER

Of each example one that is there over and over, as lines are, and one that has its longest word so often: a mebibyte of
each. What a case may take of memory goes by its length, and of short ones only what is taken besides is seen.
"""

import re
import sys
from pathlib import Path

LENGTH = 1 << 20


def lengthened(text):
    """The text as often as there is room, and with a word of it that is long."""
    if not text:
        return []
    cases = [(text + b"\n") * (LENGTH // (len(text) + 1) or 1)]
    words = list(re.finditer(rb"[\w.+-]+", text))
    if words:
        word = max(words, key=lambda found: len(found[0]))
        times = max(1, (LENGTH - len(text)) // len(word[0]))
        cases.append(text[:word.start()] + word[0] * times + text[word.end():])
    return cases


def main():
    examples, folder = map(Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    for example in sorted(examples.iterdir()):
        for number, case in enumerate(lengthened(example.read_bytes())):
            (folder / f"{example.name}-{number}").write_bytes(case)


if __name__ == "__main__":
    main()
