"""Measure how much faster a sweep of small networks is in two processes than in one.

Every round makes the same sweep in one process and in two, so that whatever else the computer does meets both
alike; the ratio of each round and their median are printed. The processes are started and have their kernels
before the first round. Compare figures of one run only.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playground.experiment import files
from playground.labs.sweep import SweepSpec, Vary
from playground.training.sweeping import Sweep

RUNS = 200


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--epochs", type=int, default=400)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", action="store_true", help="Print one line of JSON.")
    options = parser.parse_args()
    spec = small_networks(options.runs, options.epochs)
    for jobs in (1, options.processes):
        seconds(spec, jobs, options.device)
    rounds = [
        (seconds(spec, 1, options.device), seconds(spec, options.processes, options.device))
        for _ in range(options.rounds)
    ]
    ratios = [one / several for one, several in rounds]
    result = {
        "runs": options.runs,
        "processes": options.processes,
        "seconds": [[round(value, 2) for value in pair] for pair in rounds],
        "ratio": round(statistics.median(ratios), 2),
    }
    if options.json:
        print(json.dumps(result))
    else:
        print(f"{options.runs} small networks, seconds in one process and in {options.processes}:")
        for one, several in rounds:
            print(f"{one:8.2f} {several:8.2f}  {one / several:.2f} x")
        print(f"median {result['ratio']} x")
    return 0


def small_networks(runs: int, epochs: int) -> SweepSpec:
    """Return a sweep of so many networks of two layers with 2 to 8 neurons on the circle."""
    rates = Vary(key="learning_rate", low=0.003, high=0.1, scale="log")
    widths = Vary(key="width", low=2, high=8)
    return SweepSpec(
        name="Small networks",
        experiment=files.example("circle"),
        vary=(widths, rates),
        mode="random",
        count=runs,
        epochs=epochs,
        validation=0.2,
    )


def seconds(spec: SweepSpec, jobs: int, device: str) -> float:
    """Return how long a sweep takes in so many processes."""
    sweep = Sweep(spec, jobs=jobs, device=device)
    started = time.perf_counter()
    count = sum(1 for _ in sweep.results())
    assert count == len(sweep.points)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
