"""Kill a process in the middle of saving, again and again: each time the file has to be a whole project.

A process saves two projects in turn to the same path, without a pause, and is killed (SIGKILL) at a moment
left to chance. What is then at the path is read: it has to be one of the two, to the last byte. Only where
there are POSIX processes. Exit code 1 when a file was anything else.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.training import project
from playground.training.project import Project
from playground.training.session import Session

WIDTH = 400
LONGEST = 0.25
"""Seconds after which a process is killed at the latest: some ten savings."""


def trained(epochs: int) -> Project:
    """Return a project of a few megabytes: two wide layers, trained for some epochs."""
    experiment = Experiment()
    for place in range(2):
        experiment = edits.add_layer(experiment, place, units=WIDTH)
    experiment = edits.set_optimizer(experiment, "adam")
    session = Session.for_experiment(experiment, "numpy")
    session.train(epochs)
    return session.project(experiment)


def save_until_killed(projects: Sequence[Project], path: Path) -> None:
    """Save one project after the other; never returns."""
    place = 0
    while True:
        project.write(projects[place], path)
        place = 1 - place


def kill_once(projects: Sequence[Project], path: Path, seconds: float) -> None:
    """Have a process save and kill it after so many seconds."""
    child = os.fork()
    if child == 0:
        try:
            save_until_killed(projects, path)
        finally:
            os._exit(3)  # it is to be killed: whatever came of its saving, it must not go on as this script
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError("The process ended by itself: it could not save.")


def found_after(path: Path, contents: Sequence[bytes]) -> str:
    """Return in a word what is at the path: "first", "second", or what is wrong with it."""
    try:
        project.read(path)
    except ValueError as error:
        return str(error)
    content = path.read_bytes()
    return ("first", "second")[contents.index(content)] if content in contents else "another project"


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill as many processes as were asked for and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=100, help="How many processes are killed.")
    parser.add_argument("--seed", type=int, default=0, help="Decides on the moments.")
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)
    projects = [trained(1), trained(3)]
    contents = [project.dump(one) for one in projects]
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mine.nnp"
        project.write(projects[0], path)
        for _ in range(options.times):
            kill_once(projects, path, chance.uniform(0.001, LONGEST))
            found[found_after(path, contents)] += 1
        unfinished = len(list(Path(folder).glob(".*")))
    print(f"Killed {options.times} times while saving {len(contents[0]) / 1e6:.1f} MB.")
    for what, count in found.most_common():
        print(f"{count:5} times the file was: {what}")
    print(f"{unfinished:5} times the process died between the first byte and the last.")
    return 0 if set(found) <= {"first", "second"} else 1


if __name__ == "__main__":
    sys.exit(main())
