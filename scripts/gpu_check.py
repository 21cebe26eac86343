"""Examine the graphics card: does it compute as NumPy does, and how fast? Needs Python, NumPy and CuPy alone.

First every entry of every table of the engine is trained with, by CUDA graphs and operation by operation, and
compared with NumPy; then five networks are timed. The exit code is 1 when anything differs, and 2 where there
is no card that could be examined.
"""

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import engine_contract as contract
from bench_cases import NETWORKS, Network, Steps, make_trainer, medians, ours, pytorch

if TYPE_CHECKING:
    from playground.engine.backends.base import Backend
    from playground.engine.backends.cuda import CudaBackend

Make = Callable[[bool], "CudaBackend"]
"""Makes a backend on the card, with graphs or without."""

WAYS = {"graphs": True, "step by step": False}
GRID = 100
SGEMM_SIZE = 4096


def main(arguments: list[str] | None = None) -> int:
    """Print what was found."""
    options = _options(arguments)
    reason = _why_not()
    if reason is not None:
        print(f"not run on a GPU: {reason}", file=sys.stderr)
        return 2
    found = examine(_on_card, options)
    if options.json:
        print(json.dumps(found))
    return int(found["failed"] > 0)


def examine(make: Make, options: argparse.Namespace) -> dict[str, Any]:
    """Return everything there is to say, and print it line by line unless it is asked for as JSON."""

    def say(line: str) -> None:
        if not options.json:
            print(line, flush=True)

    about = versions(make(True))
    for name, version in about.items():
        say(f"{name:10}{version}")
    verdicts = []
    for verdict in check(make):
        verdicts.append(verdict)
        say(verdict.line)
    failed = sum(not verdict.ok for verdict in verdicts)
    say(f"{len(verdicts)} comparisons with NumPy, {failed} failed")
    speeds = []
    for network in () if options.no_times else NETWORKS:
        speeds.append(measure(make, network, options.rounds, options.seconds))
        say(_table(speeds[-1]))
    return {
        "about": about,
        "contract": [asdict(verdict) | {"ok": verdict.ok} for verdict in verdicts],
        "failed": failed,
        "speeds": speeds,
    }


def _why_not() -> str | None:
    """Return why there is nothing to be examined, None when there is a card."""
    from playground.engine.backends import BackendUnavailableError, make_backend

    try:
        make_backend("cuda")
    except BackendUnavailableError as error:
        return str(error)
    return None


def _on_card(graphs: bool) -> "CudaBackend":
    from playground.engine.backends import cuda

    backend = cuda.make()
    backend.graphs = graphs
    return backend


def versions(backend: "Backend") -> dict[str, str]:
    """Return the versions of what computes."""
    import numpy as np

    return {
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "device": backend.describe(),
    }


# The contract -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one case came out: the largest difference from NumPy and where it is, or why there is none."""

    case: str
    way: str
    dtype: str
    difference: float | None
    where: str
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether it computes as NumPy does."""
        return self.difference is not None and self.difference <= self.tolerance

    @property
    def line(self) -> str:
        """The verdict to read."""
        head = f"{'OK' if self.ok else 'FAIL':5}{self.case}, {self.dtype}, {self.way}: "
        if self.difference is None:
            return head + self.where
        return f"{head}{self.difference:.1e} of {self.tolerance:.0e} ({self.where})"


def check(make: Make) -> Iterator[Verdict]:
    """Yield how every case comes out in both precisions and both ways."""
    from playground.engine.backends import make_backend

    for dtype in contract.TOLERANCE:
        for case in contract.cases():
            expected = contract.results(contract.make_trainer(make_backend("numpy"), case, dtype), case)
            for way, graphs in WAYS.items():
                yield _compared(make, graphs, case, dtype, way, expected)


def _compared(
    make: Make, graphs: bool, case: contract.Case, dtype: str, way: str, expected: dict[str, Any]
) -> Verdict:
    """Return how a case comes out; graphs that were given up count as a failure."""
    tolerance = contract.TOLERANCE[dtype]
    try:
        trainer = contract.make_trainer(make(graphs), case, dtype)
        found = contract.results(trainer, case)
    except Exception as error:  # noqa: BLE001 - whatever a library or a driver objects to is the finding
        return Verdict(case.name, way, dtype, None, f"{type(error).__name__}: {error}", tolerance)
    reason = getattr(trainer.runner, "reason", "")
    if reason:
        return Verdict(case.name, way, dtype, None, f"graphs were given up: {reason}", tolerance)
    difference, where = contract.largest_difference(found, expected)
    if difference == float("inf"):
        return Verdict(case.name, way, dtype, None, f"{where} cannot be compared with NumPy's", tolerance)
    return Verdict(case.name, way, dtype, difference, where, tolerance)


# The times --------------------------------------------------------------------------------------------------


def measure(make: Make, network: Network, rounds: int, seconds: float) -> dict[str, Any]:
    """Return the steps a second of both ways, NumPy and PyTorch, and how long a look at a grid takes."""
    from playground.engine.backends import make_backend

    contestants: dict[str, Steps] = {way: ours(make(graphs), network) for way, graphs in WAYS.items()}
    contestants["NumPy"] = ours(make_backend("numpy"), network)
    if _torch_has_cuda():
        contestants["PyTorch"] = pytorch(network, 1, "cuda")
    contestants["look"] = _look(make(True), network)
    if network.share is not None:
        contestants["sgemm"] = _sgemm(make(False))
    rates = medians(contestants, rounds, seconds)
    look, product = rates.pop("look"), rates.pop("sgemm", None)
    result: dict[str, Any] = {
        "network": network.key,
        "batch": network.batch,
        "optimizer": network.optimizer,
        "steps_per_second": {name: float(f"{rate:.4g}") for name, rate in rates.items()},
        "look_ms": float(f"{1e3 / look:.3g}"),
    }
    if "PyTorch" in rates:
        result["times_pytorch"] = float(f"{rates['graphs'] / rates['PyTorch']:.3g}")
    if product is not None:
        ceiling = product * 2 * SGEMM_SIZE**3
        result["sgemm_gflops"] = round(ceiling / 1e9, 1)
        result["share_of_sgemm"] = float(f"{rates['graphs'] * network.flops / ceiling:.3g}")
    return result


def _torch_has_cuda() -> bool:
    try:
        import torch
    except ImportError:
        return False
    return bool(torch.cuda.is_available())


def _look(backend: "Backend", network: Network) -> Steps:
    """Return what answers a grid of examples, as for a heat map, and brings the answers to the host."""
    import numpy as np

    trained = make_trainer(backend, network).network
    grid = np.random.default_rng(0).normal(size=(GRID * GRID, network.sizes[0])).astype(np.float32)
    rows = trained.as_rows(grid)

    def steps(count: int) -> int:
        for _ in range(count):
            backend.to_host(trained.outputs(rows)[-1])
        return count

    return steps


def _sgemm(backend: "Backend") -> Steps:
    """Return what multiplies two large matrices of float32 on the card."""
    import numpy as np

    a, b = np.random.default_rng(0).normal(size=(2, SGEMM_SIZE, SGEMM_SIZE)).astype(np.float32)
    one, other, out = (backend.asarray(host, np.float32) for host in (a, b, a))
    multiply = backend.product(one)

    def steps(count: int) -> int:
        for _ in range(count):
            multiply(other, out)
        backend.synchronize()
        return count

    return steps


def _table(result: dict[str, Any]) -> str:
    """Return the figures of one network as lines to read."""
    lines = [f"{result['network']}, batch {result['batch']}, {result['optimizer']}"]
    lines += [f"  {name:14}{rate:>12,.0f} steps/s" for name, rate in result["steps_per_second"].items()]
    lines.append(f"  a look at {GRID} x {GRID} examples: {result['look_ms']:g} ms")
    if "times_pytorch" in result:
        lines.append(f"  {result['times_pytorch']:g} times PyTorch on the same card")
    if "share_of_sgemm" in result:
        lines.append(f"  {result['share_of_sgemm']:.0%} of sgemm's {result['sgemm_gflops']:,.0f} GFLOP/s")
    return "\n".join(lines)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print everything as one object")
    parser.add_argument("--no-times", action="store_true", help="compare with NumPy, and take no times")
    parser.add_argument("--rounds", type=int, default=5, help="rounds in which times are taken (default: 5)")
    parser.add_argument("--quick", action="store_true", help="one short round: does it run at all?")
    options = parser.parse_args(arguments)
    options.rounds = 1 if options.quick else max(1, options.rounds)
    options.seconds = 0.01 if options.quick else 0.3
    return options


if __name__ == "__main__":
    sys.exit(main())
