"""The processor, through kernels compiled by numba. Imports numba late, in functions alone.

Arrays are NumPy's, so a run may begin operation by operation and go on in the kernels as soon as they are
there: the numbers go on without a jump. Compiling takes half a minute and holds the interpreter lock; so
`compile_kernels` belongs into a process of its own, which leaves the result in the cache on the disk, from
where `load` takes it in well under a second.
"""

import hashlib
import importlib.util
import os
import platform
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from playground.engine.backends.base import Passes, Runner
from playground.engine.backends.numpy import NumpyBackend, processor_name

if TYPE_CHECKING:
    from playground.engine.network import Network
    from playground.engine.trainer import Trainer

LABEL = "CPU (compiled)"
PRECISIONS = ("float32", "float64")
KEPT = 5
"""Versions of the sources whose kernels are kept on the disk."""

_loaded: set[str] = set()


def missing() -> str | None:
    """Return in words which of numba, and SciPy for its BLAS, is not installed; None when both are."""
    lacking = [name for name in ("numba", "scipy") if importlib.util.find_spec(name) is None]
    return f"{' and '.join(lacking)} must be installed for it" if lacking else None


def is_available() -> bool:
    """Return whether everything that it needs is installed."""
    return missing() is None


# Kernels on the disk ---------------------------------------------------------------------------------------


def use_cache(folder: Path) -> None:
    """Keep compiled kernels in a folder of `folder` that belongs to just these sources and versions.

    Must be called before anything is compiled or loaded. numba itself looks only at the file of a function,
    not at those it calls.
    """
    os.environ["NUMBA_CACHE_DIR"] = str(folder / _fingerprint())


def _fingerprint() -> str:
    """Return a short name for the sources, the libraries and the processor that the kernels depend on.

    Where the sources lie and how old they are belongs to it: numba takes kernels from its cache for just this
    file, and would compile them anew, here and now, for a copy of it.
    """
    digest = hashlib.sha256()
    engine = Path(__file__).resolve().parents[1]
    for path in sorted(engine.rglob("*.py")):
        digest.update(f"{path} {path.stat().st_mtime_ns}".encode())
        digest.update(path.read_bytes())
    for name in ("numba", "llvmlite", "numpy"):
        spec = importlib.util.find_spec(name)
        folder = Path(spec.origin or "").parents[1] if spec is not None else Path()
        digest.update(" ".join(sorted(p.name for p in folder.glob(f"{name}-*.dist-info"))).encode())
    digest.update(f"{platform.machine()} {platform.processor()} {platform.python_version()}".encode())
    return digest.hexdigest()[:16]


def _stamp(dtype: str) -> Path | None:
    """Return the file that says that the kernels for a precision are in the cache; None without a cache."""
    folder = os.environ.get("NUMBA_CACHE_DIR")
    return Path(folder) / f"{dtype}.compiled" if folder else None


def is_compiled(dtype: str) -> bool:
    """Return whether the kernels for a precision wait in the cache on the disk."""
    stamp = _stamp(dtype)
    return stamp is not None and stamp.exists()


def compile_kernels(dtype: str) -> None:
    """Compile the kernels for a precision, half a minute's work, and leave them in the cache.

    Raises:
        OSError: when the cache cannot be written.
    """
    stamp = _stamp(dtype)
    if stamp is not None:
        stamp.parent.mkdir(parents=True, exist_ok=True)
    load(dtype)
    if stamp is not None:
        stamp.write_text("These kernels may be deleted at any time; they are compiled again when needed.\n")
        _tidy(stamp.parent)


def _tidy(folder: Path) -> None:
    """Delete kernels of sources that have not been compiled for longest, beside those in `folder`."""
    stamps = [(stamp.stat().st_mtime, stamp.parent) for stamp in folder.parent.glob("*/*.compiled")]
    newest = dict.fromkeys(other for _, other in sorted(stamps, reverse=True))
    for other in list(newest)[KEPT:]:
        shutil.rmtree(other, ignore_errors=True)


def compiler(dtype: str) -> list[str]:
    """Return the command that runs `compile_kernels` in a process of its own."""
    return python(f"from {__name__} import run_compiler; run_compiler({dtype!r})")


def python(program: str) -> list[str]:
    """Return the command that runs a program with the sources of this one."""
    root = str(Path(__file__).resolve().parents[3])  # so that it finds what this process found
    return [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r}); {program}"]


def run_compiler(dtype: str) -> None:
    """Compile the kernels for a precision as the whole work of a process, behind everything else."""
    if hasattr(os, "nice"):
        os.nice(10)
    compile_kernels(dtype)


def load(dtype: str) -> None:
    """Get the kernels for a precision ready for use: from the cache, or by compiling them here and now."""
    if dtype not in _loaded:
        from playground.engine.backends.kernels.runner import rehearse

        rehearse(np.dtype(dtype))
        _loaded.add(dtype)


def forget() -> None:
    """Let NumPy do everything again; kernels that were loaded are quick to load once more."""
    _loaded.clear()


def is_loaded(dtype: str) -> bool:
    """Return whether the kernels for a precision are in use."""
    return dtype in _loaded


# The backend -----------------------------------------------------------------------------------------------


class CompiledBackend(NumpyBackend):
    """NumPy's arrays, and kernels for what is done most, as soon as they are loaded."""

    key: str = "compiled"
    label: str = LABEL

    def runner(self, trainer: "Trainer") -> Runner | None:
        """Return what makes many steps of this trainer in one call; None when NumPy has to."""
        if trainer.optimizer.solves or not trainer.in_kernels or trainer.watch is None:
            return None
        if str(trainer.network.dtype) not in _loaded:
            return None
        if trainer.runner is None:
            from playground.engine.backends.kernels.runner import Runner as KernelRunner

            trainer.runner = KernelRunner(trainer)
        return trainer.runner

    def passes(self, network: "Network") -> Passes | None:
        """Return what looks at many examples in one call; None when NumPy has to."""
        if str(network.dtype) not in _loaded:
            return None
        if network.passes is None:
            from playground.engine.backends.kernels.runner import Passes as KernelPasses

            network.passes = KernelPasses(network)
        return network.passes

    def describe(self) -> str:
        """Return the processor's name, and the version of numba, or of NumPy while there are no kernels."""
        if not _loaded:
            return super().describe()
        import numba

        return f"{processor_name()}, numba {numba.__version__}"
