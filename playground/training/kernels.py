"""Gets the compiled kernels ready while the training already runs in NumPy.

Compiling takes half a minute and holds the interpreter lock, so a process of its own does it, once for each
installation, and leaves the result in a cache on the disk. The training asks `ready` now and then, and the
kernels are loaded as soon as they are there. Nothing of this happens before `allow` was called: a program
that only draws a window or runs its tests starts no processes.
"""

import os
import subprocess
import sys
import threading
from pathlib import Path

from playground.engine.backends import compiled


class KernelDesk:
    """Knows of each precision whether its kernels are loaded, on the disk, being made, or not to be had."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._allowed = False
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._trouble = ""

    @property
    def trouble(self) -> str:
        """Why there are no compiled kernels, in words; empty while nothing went wrong."""
        return self._trouble

    def allow(self, cache: Path) -> None:
        """Let kernels be compiled and loaded from now on, with their cache in a folder of `cache`."""
        if compiled.is_available():
            compiled.use_cache(cache)
            self._allowed = True

    def ready(self, dtype: str) -> bool:
        """Return whether kernels for a precision are loaded; see to it that they will be.

        Loads them when they lie on the disk, which takes about half a second; starts their compilation,
        without waiting for it, when they do not.
        """
        if compiled.is_loaded(dtype):
            return True
        if not self._allowed or self._trouble:
            return False
        with self._lock:
            if not compiled.is_compiled(dtype):
                self._see_to(dtype)
                return False
            try:
                compiled.load(dtype)
            except Exception as error:  # noqa: BLE001 - whatever a library objects to, NumPy goes on
                self._trouble = f"The compiled kernels could not be loaded ({error}); NumPy trains instead."
                return False
            return True

    def _see_to(self, dtype: str) -> None:
        """Start the compilation, or look how it ended."""
        process = self._processes.get(dtype)
        if process is None:
            command = [sys.executable, "-m", "playground.engine.backends.compiled", dtype]
            self._processes[dtype] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
        elif process.poll() is not None:
            assert process.stderr is not None
            lines = process.stderr.read().decode(errors="replace").strip().splitlines()
            process.stderr.close()
            reason = lines[-1] if lines else f"exit code {process.returncode}"
            self._trouble = f"The fast kernels could not be compiled ({reason}); NumPy trains instead."

    def stop(self) -> None:
        """End what is being compiled; the next start begins it anew."""
        with self._lock:
            self._allowed = False
            for process in self._processes.values():
                if process.poll() is None:
                    process.terminate()
                process.wait()
                if process.stderr is not None:
                    process.stderr.close()
            self._processes.clear()


desk = KernelDesk()
"""The one of this program: kernels are loaded into the process as a whole."""


def cache_folder(user_cache: Path) -> Path:
    """Return the folder for kernels: that of the environment variable NUMBA_CACHE_DIR where it is set."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    return Path(chosen) if chosen else user_cache / "kernels"
