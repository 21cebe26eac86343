"""Measure the steps a second of every backend, beside PyTorch and scikit-learn where those are installed.

Every round times each contestant once, so that whatever else the computer does meets all alike; the medians
over the rounds are printed. A step is what the training does with one batch: rows taken in a new order each
epoch, forward, backward, update. The learning curves, which get a point every 10,000 epochs here, play no
part. Compare figures of one run only.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench_cases import NETWORKS, RATE, Network, Steps, data, medians, ours, pytorch

Result = dict[str, Any]

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
SGEMM = "sgemm"
SGEMM_SIZE = 1024
WIDTHS = (8, 16, 32, 64, 128, 256, 512, 1024, 2048)


def main() -> int:
    """Print the figures."""
    options = _options()
    count = str(options.threads or os.cpu_count() or 1)
    if "numpy" in sys.modules and any(os.environ.get(name) != count for name in THREADS):
        # The libraries read the variables once, when they are loaded.
        environment = os.environ | dict.fromkeys(THREADS, count)
        return subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode
    os.environ.update(dict.fromkeys(THREADS, count))
    threads = int(count)
    backends = _backends(options.backend)
    _prepare(backends)
    if options.widths:
        for result in measure_widths(backends[0], options.rounds, options.seconds):
            print(json.dumps(result) if options.json else _width_line(result), flush=True)
        return 0
    if importlib.util.find_spec("torch") is None:
        print("PyTorch is not installed; the figures stand alone.", file=sys.stderr)
    for network in NETWORKS:
        result = measure(network, backends, threads, options.rounds, options.seconds)
        print(json.dumps(result) if options.json else _table(result), flush=True)
    return 0


# Measuring ----------------------------------------------------------------------------------------------


def measure(network: Network, backends: list[str], threads: int, rounds: int, seconds: float) -> Result:
    """Return the steps a second of all contestants, and how the best backend compares."""
    from playground.engine.backends import make_backend

    contestants: dict[str, Steps] = {key: ours(make_backend(key), network) for key in backends}
    contestants |= _theirs(network, threads)
    if network.share is not None:
        contestants[SGEMM] = _sgemm()
    rates = medians(contestants, rounds, seconds)
    product = rates.pop(SGEMM, None)
    best = max(backends, key=lambda key: rates[key])
    pytorch = max((rate for name, rate in rates.items() if name.startswith("pytorch")), default=None)
    result: Result = {
        "network": network.key,
        "batch": network.batch,
        "optimizer": network.optimizer,
        "threads": threads,
        "steps_per_second": {name: float(f"{rate:.4g}") for name, rate in rates.items()},
        "best": best,
    }
    if pytorch is not None:
        result |= _against("pytorch", rates, backends, pytorch)
        result |= _verdict("times_pytorch", rates[best] / pytorch, network.times)
    if "scikit-learn" in rates:
        result |= _against("scikit-learn", rates, backends, rates["scikit-learn"])
    if product is not None:
        ceiling = product * 2 * SGEMM_SIZE**3
        result["sgemm_gflops"] = round(ceiling / 1e9, 1)
        result["shares_of_sgemm"] = {
            name: round(rate * network.flops / ceiling, 3) for name, rate in rates.items()
        }
        result |= _verdict("share_of_sgemm", rates[best] * network.flops / ceiling, network.share)
    return result


def _against(whom: str, rates: dict[str, float], backends: list[str], rate: float) -> Result:
    """Return how many times as fast as another each backend is."""
    return {f"against_{whom}": {key: float(f"{rates[key] / rate:.3g}") for key in backends}}


def _verdict(name: str, figure: float, target: float | None) -> Result:
    """Return a figure beside its target; nothing without a target."""
    if target is None:
        return {}
    return {name: float(f"{figure:.3g}"), f"{name}_target": target, f"{name}_ok": figure >= target}


def measure_widths(backend: str, rounds: int, seconds: float) -> Iterator[Result]:
    """Yield what a step of 2-n-n-1 costs as n grows: time, and time for each of its n x n weights."""
    from playground.engine.backends import make_backend

    for width in WIDTHS:
        network = Network((2, width, width, 1), "relu", "tanh", 10, "sgd", 250)
        rate = medians({backend: ours(make_backend(backend), network)}, rounds, seconds)[backend]
        yield {
            "backend": backend,
            "width": width,
            "us_per_step": float(f"{1e6 / rate:.4g}"),
            "ns_per_weight": float(f"{1e9 / rate / width**2:.3g}"),
        }


# Contestants --------------------------------------------------------------------------------------------


def _backends(asked: list[str] | None) -> list[str]:
    """Return the keys of the backends to be measured, the asked ones or all there are."""
    from playground.engine.backends import BACKENDS, make_backend

    if asked:
        for key in asked:
            make_backend(key)
        return asked
    return [choice.key for choice in BACKENDS if choice.available()]


def _prepare(backends: list[str]) -> None:
    """Compile the kernels where they are needed and not yet there, and load them."""
    if "compiled" not in backends:
        return
    from playground import paths
    from playground.engine.backends import compiled
    from playground.training.kernels import cache_folder

    compiled.use_cache(cache_folder(paths.cache_folder()))
    if not compiled.is_compiled("float32"):
        print("Compiling the kernels once; this takes about half a minute.", file=sys.stderr)
        subprocess.run(compiled.compiler("float32"), check=True)
    compiled.load("float32")


def _theirs(network: Network, threads: int) -> dict[str, Steps]:
    """Return those of the other libraries that are installed."""
    found: dict[str, Steps] = {}
    if importlib.util.find_spec("torch") is not None:
        for count in sorted({1, threads}):
            found[f"pytorch, {count} thread{'s' * (count > 1)}"] = pytorch(network, count)
    if importlib.util.find_spec("sklearn") is not None:
        found["scikit-learn"] = _scikit_learn(network)
    return found


def _scikit_learn(network: Network) -> Steps:
    """Return what trains the network in scikit-learn, whose regressor has an output without activation."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    model = (MLPClassifier if network.output == "softmax" else MLPRegressor)(
        hidden_layer_sizes=network.sizes[1:-1],
        activation=network.hidden,
        solver=network.optimizer,
        alpha=0.0,
        batch_size=network.batch,
        learning_rate_init=RATE,
        momentum=0.0,
        n_iter_no_change=10**9,
        warm_start=True,
        random_state=0,
    )
    x, y = data(network)
    answers = y.argmax(1) if network.output == "softmax" else y.ravel()
    each = -(-network.rows // network.batch)

    def steps(count: int) -> int:
        model.set_params(max_iter=max(1, round(count / each)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it has not converged is meant so
            model.fit(x, answers)
        return int(model.max_iter) * each

    return steps


def _sgemm() -> Steps:
    """Return what multiplies two large matrices of float32 in NumPy."""
    import numpy as np

    dice = np.random.default_rng(0)
    a, b = dice.normal(size=(2, SGEMM_SIZE, SGEMM_SIZE)).astype(np.float32)
    out = np.empty_like(a)

    def steps(count: int) -> int:
        for _ in range(count):
            np.matmul(a, b, out)
        return count

    return steps


# Printing -----------------------------------------------------------------------------------------------


def _table(result: Result) -> str:
    """Return the figures of one network as lines to read."""
    title = (
        f"{result['network']}, batch {result['batch']}, {result['optimizer']}, threads {result['threads']}"
    )
    lines = [title, f"{'':24}{'steps/s':>12}{'x PyTorch':>12}{'x sklearn':>12}{'of sgemm':>10}"]
    for name, rate in result["steps_per_second"].items():
        line = f"  {name:22}{rate:>12,.0f}"
        for whom in ("pytorch", "scikit-learn"):
            ratio = result.get(f"against_{whom}", {}).get(name)
            line += f"{ratio:>12.3g}" if ratio is not None else " " * 12
        share = result.get("shares_of_sgemm", {}).get(name)
        lines.append(line + (f"{share:>10.0%}" if share is not None else ""))
    for name, words in (("times_pytorch", "times PyTorch"), ("share_of_sgemm", "of the sgemm rate")):
        if name in result:
            good = "ok" if result[f"{name}_ok"] else "short"
            lines.append(f"  {result[name]:.3g} {words}, target {result[f'{name}_target']:g}: {good}")
    if "sgemm_gflops" in result:
        lines.append(f"  sgemm: {result['sgemm_gflops']:,.0f} GFLOP/s")
    return "\n".join([*lines, ""])


def _width_line(result: Result) -> str:
    """Return one width's figures as a line to read."""
    head = f"{result['backend']:10} 2-{result['width']}-{result['width']}-1"
    return f"{head:26}{result['us_per_step']:>12,.2f} us/step{result['ns_per_weight']:>10.3g} ns/weight"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON for each network")
    parser.add_argument("--backend", nargs="+", metavar="NAME", help="only these (default: all there are)")
    parser.add_argument("--rounds", type=int, help="how many (default: 5, with --quick 1)")
    parser.add_argument("--quick", action="store_true", help="one short round: does it run at all?")
    parser.add_argument("--threads", type=int, help="threads of the matrix products (default: all cores)")
    parser.add_argument("--widths", action="store_true", help="the cost of a step from 8 to 2048 units")
    options = parser.parse_args()
    options.rounds = max(1, options.rounds or (1 if options.quick else 5))
    options.seconds = 0.01 if options.quick else 0.3
    return options


if __name__ == "__main__":
    sys.exit(main())
