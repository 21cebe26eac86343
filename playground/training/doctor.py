"""What `playground doctor` says: what there is on this computer, and whether every backend computes alike."""

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from playground import __version__, paths
from playground.engine.backends import (
    BACKENDS,
    BackendChoice,
    BackendUnavailableError,
    compiled,
    make_backend,
)
from playground.engine.backends.base import HostArray
from playground.engine.backends.numpy import processor_name
from playground.engine.curves import Watch
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES
from playground.engine.network import Network
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.engine.trainer import Trainer
from playground.tables import by_key
from playground.training.kernels import REMEDY, cache_folder, why_not_written

PRECISION = "float32"
STEPS = 20
TOLERANCE = 2e-4
"""How far weights of about 1 may be apart after the steps: rounding makes some 1e-6, a defect far more."""

LIBRARIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("NumPy", ("numpy",)),
    ("SciPy", ("scipy",)),
    ("numba", ("numba",)),
    ("CuPy", ("cupy-cuda12x", "cupy-cuda13x", "cupy")),
)
"""Libraries that compute, and the packages that bring them."""

NOT_YET = "its kernels are compiled at the first Play, or now by `playground doctor --compile`"

AGREES, DIFFERS, FAILED, NOT_TESTED = "agrees", "differs", "failed", "not tested"


@dataclass(frozen=True, slots=True)
class BackendReport:
    """One backend: whether it is available, and what came of its self-test, with the reason in words."""

    key: str
    label: str
    available: bool
    device: str
    self_test: str
    largest_difference: float | None
    reason: str

    @property
    def is_well(self) -> bool:
        """Return whether nothing about it is wrong; what is not there cannot be."""
        return self.self_test in (AGREES, NOT_TESTED)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that `doctor` found; `None` stands for what is not there."""

    version: str
    python: str
    libraries: dict[str, str | None]
    system: str
    processor: str
    cores: int
    blas: str
    blas_threads: int
    gpu: str | None
    kernel_folder: str
    kernels_can_be_written: bool
    kernels_reason: str
    kernels_compiled: tuple[str, ...]
    backends: tuple[BackendReport, ...]

    @property
    def is_well(self) -> bool:
        """Return whether every self-test that was made went well."""
        return all(backend.is_well for backend in self.backends)

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON has it."""
        return asdict(self) | {"is_well": self.is_well}

    def lines(self) -> list[tuple[str, str]]:
        """Return the report as pairs of a label and a sentence or figure."""
        found = [
            ("playground", self.version),
            ("Python", self.python),
            *((name, version or "not installed") for name, version in self.libraries.items()),
            ("system", self.system),
            ("processor", f"{self.processor}, {self.cores} core{'s' * (self.cores != 1)}"),
            ("matrix products", f"{self.blas}, {self.blas_threads} thread{'s' * (self.blas_threads != 1)}"),
            ("graphics card", self.gpu or "no NVIDIA card with a driver was found"),
            ("kernels", _about_kernels(self)),
        ]
        return [*found, *((backend.label, _about(backend)) for backend in self.backends)]

    def verdict(self) -> str:
        """Return one sentence on whether all is well."""
        wrong = [backend.label for backend in self.backends if not backend.is_well]
        if wrong:
            return f"Do not train on {' or '.join(wrong)}: the self-test went wrong."
        if any(backend.available and backend.self_test == NOT_TESTED for backend in self.backends):
            return "All is well, as far as it was tested."
        tested = {backend.key for backend in self.backends if backend.self_test == AGREES}
        return "All is well: CPU and GPU agree." if "cuda" in tested else "All is well."


def _about(backend: BackendReport) -> str:
    """Return what there is to say about a backend."""
    if not backend.available:
        return f"not available: {backend.reason}"
    if backend.self_test != AGREES:
        return f"{backend.device}; self-test: {backend.self_test}, {backend.reason}".removeprefix("; ")
    if backend.key == "numpy":
        return f"{backend.device}; the reference for the self-tests"
    said = f"{backend.device}; self-test: {STEPS} steps agree with NumPy"
    return f"{said}, largest difference {backend.largest_difference:.1g}"


def _about_kernels(report: Report) -> str:
    """Return where the compiled kernels are kept and which are there."""
    have = f"compiled for {' and '.join(report.kernels_compiled)}" if report.kernels_compiled else "none yet"
    if report.kernels_can_be_written:
        return f"{report.kernel_folder} (can be written; {have})"
    wrong = f"cannot be written: {report.kernels_reason}"
    return f"{report.kernel_folder} ({wrong}; {have}); NumPy trains instead, more slowly. {REMEDY}"


# Looking around --------------------------------------------------------------------------------------------


def examine(compile_first: bool = False) -> Report:
    """Look at the computer and test every backend; `compile_first` makes kernels that are missing.

    From then on this process keeps its kernels where the program keeps them.
    """
    folder = cache_folder(paths.cache_folder())
    compiled.use_cache(folder)
    reason = why_not_written(folder)
    if compile_first and not reason and compiled.is_available() and not compiled.is_compiled(PRECISION):
        compiled.compile_kernels(PRECISION)
    return Report(
        version=__version__,
        python=f"{platform.python_version()} ({sys.executable})",
        libraries={name: _version(packages) for name, packages in LIBRARIES},
        system=f"{platform.system()} {platform.release()}, {platform.machine()}",
        processor=processor_name(),
        cores=os.cpu_count() or 1,
        blas=_blas(),
        blas_threads=_blas_threads(),
        gpu=graphics_card(),
        kernel_folder=str(folder),
        kernels_can_be_written=not reason,
        kernels_reason=reason,
        kernels_compiled=tuple(dtype for dtype in compiled.PRECISIONS if compiled.is_compiled(dtype)),
        backends=try_backends(can_compile=not reason),
    )


def _version(packages: tuple[str, ...]) -> str | None:
    """Return the version of the first of these packages that is installed."""
    for package in packages:
        try:
            return importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return None


def _blas() -> str:
    """Return the library that NumPy was built with for matrix products."""
    built: Any = np.show_config(mode="dicts")
    blas = built["Build Dependencies"]["blas"]
    return f"{blas['name']} {blas.get('version', '')}".strip()


def _blas_threads() -> int:
    """Return how many threads the variables of the environment allow, by default one for each core."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        value = os.environ.get(name, "")
        if value.isdigit() and int(value) > 0:
            return int(value)
    return os.cpu_count() or 1


def graphics_card() -> str | None:
    """Return name and driver of the NVIDIA cards, as their driver's own tool gives them; None without."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    command = [tool, "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"there is a driver, but it does not answer: {error}"
    cards = [", driver ".join(line.split(", ")) for line in done.stdout.splitlines() if line.strip()]
    return "; ".join(cards) if done.returncode == 0 and cards else None


# Self-tests ------------------------------------------------------------------------------------------------


def try_backends(can_compile: bool = True) -> tuple[BackendReport, ...]:
    """Train a small network on every backend that is available, and compare it with NumPy's."""
    reference = _trained("numpy")
    return tuple(_tried(choice, reference, can_compile) for choice in BACKENDS)


def _tried(choice: BackendChoice, reference: HostArray, can_compile: bool) -> BackendReport:
    """Return what is to be said about one backend."""
    key, label = choice.key, choice.label
    if not choice.available():
        return BackendReport(key, label, False, "", NOT_TESTED, None, choice.missing() or _why_not(key))
    device = ""
    try:
        device = make_backend(key).describe()
        if key == "compiled" and not (can_compile and _kernels_loaded()):
            reason = NOT_YET if can_compile else "its kernels need a folder that can be written"
            return BackendReport(key, label, True, device, NOT_TESTED, None, reason)
        found = _trained(key)
    except Exception as error:  # noqa: BLE001 - whatever a library or a driver objects to is the finding
        return BackendReport(key, label, True, device, FAILED, None, f"{type(error).__name__}: {error}")
    # An outcome that is no number differs, too.
    difference = float(np.max(np.abs(found - reference)))
    if difference <= TOLERANCE:
        return BackendReport(key, label, True, device, AGREES, difference, "")
    reason = f"the weights are up to {difference:.2g} away from NumPy's after {STEPS} steps"
    shown = difference if np.isfinite(difference) else None
    return BackendReport(key, label, True, device, DIFFERS, shown, reason)


def _why_not(key: str) -> str:
    """Return in words why a backend is not available."""
    try:
        make_backend(key)
    except BackendUnavailableError as error:
        return str(error)
    return "it was not there a moment ago"


def _kernels_loaded() -> bool:
    """Load the kernels when they lie on the disk; return whether they are there."""
    if not compiled.is_loaded(PRECISION) and compiled.is_compiled(PRECISION):
        compiled.load(PRECISION)
    return compiled.is_loaded(PRECISION)


def _trained(key: str) -> HostArray:
    """Return the parameters of a small network after some steps on a backend, and its answers then."""
    backend = make_backend(key)
    shapes = [LayerShape(3, 8, "tanh", "glorot_uniform"), LayerShape(8, 2, "softmax", "glorot_uniform")]
    network = Network(backend, shapes, PRECISION)
    network.initialise(1)
    dice = np.random.default_rng(1)
    x = dice.normal(size=(40, 3))
    y = np.eye(2)[(x[:, 0] * x[:, 1] > 0).astype(int)]
    trainer = Trainer(
        *(network, by_key(LOSSES, "softmax_cross_entropy", "loss")),
        *(by_key(OPTIMIZERS, "adam", "optimizer")(backend, network.size, PRECISION), x, y),
        learning_rate=0.01,
        batch_size=10,
        regularizer=by_key(REGULARIZERS, "l2", "regularizer"),
        regularization_rate=0.001,
        seed=1,
        watch=Watch(network.as_rows(x), network.as_targets(y, len(x)), "accuracy"),
    )
    trainer.run(STEPS)
    answers = backend.to_host(network.outputs(network.as_rows(x))[-1])
    return np.concatenate([network.get_parameters(), answers.ravel()]).astype(np.float64)
