"""What a client puts on a server, and how that is started: drawn from a seed, and the same for all runs of it."""

import random


class Load:
    """Sizes, blocks and, of the engine that has them, open loops; in flight is as much as with the largest size alone."""

    def __init__(self, seed, engine, depth, largest):
        draw = random.Random(seed)
        block = draw.choice((1, 1, 4))
        size = largest // block
        self.options = ["--engine", engine, "--pipeline", depth, "--block", str(block), "--size",
                        draw.choice((str(size), f"1,{size // 10},{size}", f"uniform:1-{size}"))]
        self.renewal = ["--reconnect", "every=20"]  # whole blocks
        self.renews = draw.random() < 0.5
        # The place of the closed one, in some: below what a server reaches whose calls fail, and above.
        self.rate = []
        if engine == "event" and draw.random() < 0.5:
            self.rate = ["--rate", draw.choice(("1000", "4000", "16000")),
                         "--arrival", draw.choice(("steady", "poisson"))]

    def text(self):
        return " ".join(self.options[4:] + self.rate + (self.renewal if self.renews else []))


def of_server(seed, address):
    """Options of a server: limits that no load of ours comes to, whose watch has descriptors, copies and timers of
    its own; and the end of its input, to be stopped by."""
    draw = random.Random(seed)
    options = []
    if draw.random() < 0.5:
        # Twice what a client has at once, whose last ones may still be open, and some.
        options += ["--max-connections", "16"]
    # The kernel times no unix socket.
    if draw.random() < 0.5 and not address.startswith("unix:"):
        # A client gives up before that.
        options += ["--idle-timeout", "20s"]
    if draw.random() < 0.5:
        options += ["--until-eof"]
    return options
