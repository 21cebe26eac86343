"""Compiled kernels for the tests that ask for them: compiled once, then taken from the disk."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.engine.backends import compiled


@pytest.fixture(scope="session")
def kernel_cache(pytestconfig: pytest.Config) -> Iterator[Path]:
    """The folder with the kernels for both precisions, filled by whichever test process is first."""
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("kernels")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NUMBA_CACHE_DIR", "")
        compiled.use_cache(folder)
        with (folder / "lock").open("w") as lock:
            _wait_for(lock)
            missing = [dtype for dtype in compiled.PRECISIONS if not compiled.is_compiled(dtype)]
            commands = [compiled.compiler(d) for d in missing]
            compilers = [subprocess.Popen(command) for command in commands]
            codes = [compiler.wait() for compiler in compilers]
            assert not any(codes)
        yield folder


def _wait_for(lock: object) -> None:
    """Wait for our turn; the lock goes when its file is closed, even with its process."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)  # type: ignore[arg-type]


@pytest.fixture
def kernels(kernel_cache: Path) -> Iterator[None]:
    """Loaded kernels; other tests begin without, whatever the order."""
    for dtype in compiled.PRECISIONS:
        compiled.load(dtype)
    yield
    compiled.forget()
