"""One run of a sweep: trained to its end on its own, and only then looked at.

The curves of a session are not wanted here, and to measure all rows at every epoch would take longer than the
training: while it trains, a session of this kind watches one row, unless a rule for stopping needs them all.
"""

import functools
import math
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from playground import paths
from playground.data.base import IndexArray, Parts
from playground.data.split import split
from playground.engine.backends import compiled, installed, make_backend
from playground.engine.backends.numpy import NumpyBackend
from playground.experiment.prepare import (
    CannotTrainError,
    FloatArray,
    Prepared,
    encode_targets,
    plane_grid,
    prepare,
)
from playground.labs.sweep import PICTURE, Point, SweepResult, as_text
from playground.training.failures import run_failed
from playground.training.kernels import cache_folder, compiler_alone
from playground.training.memory import free_memory
from playground.training.session import Session

CALL_STEPS = 20_000
"""Steps that are made in one call at most: each needs a learning rate in an array."""

FLIPS = 5
"""The stream of random numbers that labels are flipped by, beside those of `data.drawn`."""


class GivenUpError(RuntimeError):
    """A run was called off."""


def measure(point: Point, device: str = "auto", is_over: Callable[[], bool] = lambda: False) -> SweepResult:
    """Return what comes of one run, which depends on the point and the device alone.

    What keeps it from being trained is said in the result, so that others can go on. Raises GivenUpError when
    `is_over` says so.
    """
    known: dict[str, Any] = {"id": point.id, "values": dict(point.values), "seed": point.seed}
    started = time.perf_counter()
    try:
        return SweepResult(**known, **_figures(point, device, is_over), seconds=time.perf_counter() - started)
    except CannotTrainError as error:
        return SweepResult(**known, error=str(error))
    except MemoryError as error:
        return SweepResult(**known, error=run_failed(error))


def measure_as_worker(point: Point, device: str = "auto") -> SweepResult:
    """Measure in a process that does nothing else: there is one for each core, so the BLAS has one thread."""
    _one_thread_for_good()
    return measure(point, device)


@functools.cache
def _one_thread_for_good() -> Any:
    return one_thread()


def one_thread() -> Any:
    """Hold the BLAS to one thread until the context ends that is returned."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, "blas")


def _figures(point: Point, device: str, is_over: Callable[[], bool]) -> dict[str, Any]:
    """Train a point and return the fields of its result."""
    prepared = prepared_for(point, device)
    backend = NumpyBackend() if prepared.plan.device == NumpyBackend.key else make_backend(device)
    if backend.key == compiled.CompiledBackend.key:
        load_kernels(point.experiment.training.precision)
    session = Session.on(_watched_little(prepared), backend)
    _train(session, prepared.plan.epochs, is_over)
    return _looked_at(session, prepared)


def _train(session: Session, epochs: int, is_over: Callable[[], bool]) -> None:
    """Train to the planned end; a device that fails is left for the processor."""
    per_call = max(CALL_STEPS // session.trainer.steps_per_epoch, 1)
    while session.trainer.epoch < epochs and not session.diverged and not session.stopped:
        if is_over():
            raise GivenUpError("The run was called off.")
        try:
            session.train(CALL_STEPS * 2, min(session.trainer.epoch + per_call, epochs))
        except session.backend.failures as error:
            session.recover(error)


def _looked_at(session: Session, prepared: Prepared) -> dict[str, Any]:
    """Return how the network does on each part of the rows, as fields of a result."""
    found: dict[str, Any] = {
        "parameters": prepared.plan.parameters,
        "epochs": session.trainer.epoch,
        "steps": session.trainer.step,
        "metric": session.metric,
        "device": session.label,
        "diverged": session.diverged,
        "stopped": session.stopped,
    }
    for name, rows in zip(("train", "validation", "test"), prepared.parts.all, strict=True):
        loss, metric = (math.nan, math.nan) if session.diverged else _part(session, prepared, rows)
        found |= {f"{name}_loss": loss, f"{name}_metric": metric}
    if prepared.plan.kind == "plane" and not session.diverged:
        found["picture"] = as_text(_answers(session, prepared))
    return found


def _answers(session: Session, prepared: Prepared) -> FloatArray:
    """Return what the network answers over its plane, (outputs, PICTURE, PICTURE), lowest x2 first."""
    grid = session.rows(plane_grid(prepared.probe.extent, PICTURE))
    answers = prepared.decode_outputs(session.output_of_rows(grid).astype(np.float64))
    return np.ascontiguousarray(answers.T).reshape(-1, PICTURE, PICTURE)


def _part(session: Session, prepared: Prepared, rows: IndexArray) -> tuple[float, float]:
    """Return mean loss and metric of some rows; nan without rows."""
    if not len(rows):
        return math.nan, math.nan
    backend, dtype = session.backend, session.settings.precision
    x, y = (backend.asarray(array[rows], dtype) for array in (prepared.x, prepared.y))
    loss, outputs = session.network.evaluate(x, y, session.loss)
    return float(loss), float(session.score(outputs, backend.to_host(y)))


# Rows -------------------------------------------------------------------------------------------------------


def prepared_for(point: Point, device: str = "auto") -> Prepared:
    """Return what a run of the point needs: the rows of its experiment, fewer and with flipped labels if so.

    Raises CannotTrainError.
    """
    memory = free_memory()
    prepared = prepare(point.experiment, installed(), device, memory)
    if point.rows.train is not None:
        parts = replace(prepared.parts, train=_fewer(prepared, point))
        prepared = prepare(point.experiment, installed(), device, memory, parts)
    return _flipped(prepared, point) if point.rows.flipped else prepared


def _fewer(prepared: Prepared, point: Point) -> IndexArray:
    """Return so many of the training rows, with the classes in the same proportions; more contain fewer."""
    rows, sample, count = prepared.parts.train, prepared.sample, point.rows.train or 0
    if count > len(rows):
        raise CannotTrainError(
            f"There are {len(rows):,} training rows, and {count:,} are asked for: take fewer, or a larger "
            "share for training."
        )
    if count == len(rows):
        return rows
    classes = sample.targets[rows].astype(np.int64) if sample.class_names else None
    return rows[split(len(rows), count / len(rows), point.experiment.data.split_seed, classes).train]


def _flipped(prepared: Prepared, point: Point) -> Prepared:
    """Return the rows with the label of another class for some of the training rows."""
    sample, rows = prepared.sample, prepared.parts.train
    targets, classes = sample.targets.astype(np.int64), len(sample.class_names)
    stream = np.random.default_rng([point.experiment.data.seed, FLIPS])
    chosen = stream.permutation(len(rows))[: round(point.rows.flipped * len(rows))]
    targets[rows[chosen]] = (targets[rows[chosen]] + stream.integers(1, classes, len(chosen))) % classes
    changed = replace(sample, targets=targets)
    return replace(prepared, sample=changed, y=encode_targets(changed, prepared.plan, prepared.target_scaler))


def _watched_little(prepared: Prepared) -> Prepared:
    """Return the same with one row to be watched, unless a rule for stopping needs them all."""
    if prepared.plan.training.stopping.patience is not None:
        return prepared
    parts = prepared.parts
    one = Parts(parts.train, parts.validation[:1], parts.test)
    return replace(prepared, parts=one)


# Kernels ----------------------------------------------------------------------------------------------------


def load_kernels(dtype: str) -> None:
    """Have the kernels for a precision in this process; one process compiles where none has yet.

    Where they cannot be had, NumPy trains: the result names what did.
    """
    if compiled.is_loaded(dtype):
        return
    folder = cache_folder(paths.cache_folder())
    compiled.use_cache(folder)
    if not compiled.is_compiled(dtype):
        subprocess.run(compiler_alone(dtype, folder), check=False, capture_output=True)
    if compiled.is_compiled(dtype):
        compiled.load(dtype)
