"""Set up where needed, then run every check and test: `python3 scripts/test.py [pytest arguments]`."""

import bootstrap  # first: it is what an older Python stops at  # isort: skip

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

# The last words on the screen are pytest's, so it comes last.
CHECKS = (
    ("ruff check", ("-m", "ruff", "check", ".")),
    ("ruff format", ("-m", "ruff", "format", "--check", ".")),
    ("mypy", ("-m", "mypy", "playground", "scripts")),
    ("import-linter", ("-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-logo")),
)
QUIET_MACHINE = {
    "QT_QPA_PLATFORM": "offscreen",
    # pytest keeps every core busy already; threads of the numeric libraries would only be in the way.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def pytest_command(arguments: Sequence[str]) -> tuple[str, ...]:
    """Pytest on all cores, unless the arguments say how it shall run."""
    chosen = any(argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in arguments)
    alone = chosen or "no:xdist" in arguments or "-pno:xdist" in arguments
    return ("-m", "pytest", *(() if alone else ("-n", "auto")), *arguments)


def passes(python: Path, name: str, arguments: Sequence[str]) -> bool:
    """Run one step in the checkout and say how it ended and how long it took."""
    bootstrap.say(f"\n=== {name} ===")
    began = time.perf_counter()
    environment = {**os.environ, **QUIET_MACHINE}
    command = [str(python), *arguments]
    code = subprocess.run(command, cwd=bootstrap.ROOT, env=environment, check=False).returncode
    outcome = "passed" if code == 0 else f"FAILED (exit code {code})"
    bootstrap.say(f"{name}: {outcome} in {time.perf_counter() - began:.1f} s")
    return code == 0


def summary(failed: Sequence[str], steps: int) -> str:
    """The last line."""
    return f"FAILED: {', '.join(failed)}." if failed else f"All {steps} steps passed."


def main(arguments: list[str]) -> int:
    python = bootstrap.prepare(extras=("test",))
    if sys.platform.startswith("linux"):
        bootstrap.provide_libraries(python.parent.parent, ("offscreen",))
    steps = (*CHECKS, ("pytest", pytest_command(arguments)))
    failed = [name for name, command in steps if not passes(python, name, command)]
    bootstrap.say(summary(failed, len(steps)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(bootstrap.guarded(main))
