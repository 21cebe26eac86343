"""Gets the compiled kernels ready while the training already runs in NumPy.

Compiling takes half a minute and holds the interpreter lock, so a process of its own does it, once for each
installation, and leaves the result in a cache on the disk; of several programs that want it at once one
compiles, and the others find what it has left. A thread waits for it and loads what it finds
there; the training takes the kernels as soon as they are loaded. Nothing of this happens before `allow` was
called: a program that only draws a window or runs its tests starts no processes.
"""

import os
import subprocess
import tempfile
import threading
from pathlib import Path

from playground.engine.backends import compiled

THREAD_NAME = "playground-kernels"

REMEDY = "Make room there or make it writable, or name another folder in the variable NUMBA_CACHE_DIR."


class KernelDesk:
    """Knows of each precision whether its kernels are loaded, on their way, or not to be had."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._allowed = False
        self._folder = Path()
        self._wanted: set[str] = set()
        self._compilers: list[subprocess.Popen[bytes]] = []
        self.trouble = ""
        """Why there are no compiled kernels, in a sentence; empty while nothing went wrong."""

    def allow(self, cache: Path) -> None:
        """Let kernels be compiled and loaded from now on, with their cache in a folder of `cache`."""
        if compiled.is_available():
            compiled.use_cache(cache)
            self._folder = cache
            self._allowed = True

    def want(self, dtype: str) -> None:
        """See to it that kernels for a precision get loaded, without waiting for them."""
        if compiled.is_loaded(dtype) or not self._allowed or self.trouble:
            return
        with self._lock:
            if dtype not in self._wanted:
                self._wanted.add(dtype)
                name = f"{THREAD_NAME}-{dtype}"
                threading.Thread(target=self._get, args=(dtype,), name=name, daemon=True).start()

    def awaited(self, dtype: str) -> bool:
        """Return whether kernels for a precision are on their way."""
        return dtype in self._wanted and not compiled.is_loaded(dtype) and not self.trouble

    def stop(self) -> None:
        """End what is being compiled; the next start begins it anew."""
        with self._lock:
            self._allowed = False
            for compiler in self._compilers:
                compiler.terminate()

    def _get(self, dtype: str) -> None:
        """Have the kernels compiled where they are not on the disk, and load them; the work of a thread."""
        try:
            not_written = why_not_written(self._folder)
            if not_written:
                # numba reads only what it may write, too; it would compile here and now and hold the lock.
                raise OSError(not_written)
            if not compiled.is_compiled(dtype):
                self._compile(dtype)
            if self._allowed:
                compiled.load(dtype)
        except Exception as error:  # noqa: BLE001 - whatever a library objects to, NumPy goes on
            self.trouble = self._in_words(str(error).strip() or type(error).__name__)

    def _in_words(self, reason: str) -> str:
        """Return why there are no kernels; the folder is named when it cannot take them."""
        not_written = why_not_written(self._folder)
        if "No space left" in reason:
            not_written = "no space is left there"
        if not not_written:
            return f"The fast kernels are not to be had ({reason}); NumPy trains instead."
        return (
            f"The fast kernels cannot be kept in the folder {self._folder} ({not_written}), so NumPy trains, "
            f"more slowly. {REMEDY}"
        )

    def _compile(self, dtype: str) -> None:
        """Run the compiler and wait for its end; RuntimeError with its last line when it fails."""
        command = compiler_alone(dtype, self._folder)
        nowhere = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=subprocess.PIPE) as compiler:
            self._compilers.append(compiler)
            _, said = compiler.communicate()
        if self._allowed and (compiler.returncode or not compiled.is_compiled(dtype)):
            lines = said.decode(errors="replace").strip().splitlines()
            raise RuntimeError(lines[-1] if lines else f"the compiler ended with code {compiler.returncode}")


desk = KernelDesk()
"""The one of this program: kernels are loaded into the process as a whole."""


def compiler_alone(dtype: str, folder: Path) -> list[str]:
    """Return the command that compiles while no other process does so with the same cache `folder`."""
    return compiled.python(f"from {__name__} import compile_alone; compile_alone({dtype!r}, {str(folder)!r})")


def compile_alone(dtype: str, folder: str) -> None:
    """Wait until no other process compiles, then compile what is still missing; the work of a process."""
    from filelock import FileLock

    with FileLock(Path(folder) / "compiling.lock"):
        if not compiled.is_compiled(dtype):
            compiled.run_compiler(dtype)


def cache_folder(user_cache: Path) -> Path:
    """Return the folder for kernels: that of the environment variable NUMBA_CACHE_DIR where it is set."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    return Path(chosen) if chosen else user_cache / "kernels"


def why_not_written(folder: Path) -> str:
    """Return in words why no file can be put into a folder, which is made for that; empty when one can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return error.strerror or str(error)
