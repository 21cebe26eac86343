"""Runs a script as a stranger would: alone, in a process of its own, on a CSV file."""

import ast
import csv
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.export.model import ExportFailedError

LONGEST = 300
"""Seconds after which a script is given up."""
KERAS_BACKENDS = ("tensorflow", "torch", "jax")
"""What Keras can compute with: names of its backends, and of the libraries that have to be there."""


def predict(path: Path, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return what the script at `path` prints as the outputs (n, k) for raw rows (n, columns).

    Raises ExportFailedError with the script's own last words when it does not run to its end.
    """
    # Both take a moment to import, and only an export needs them.
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "rows.csv"
        with table.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([columns_of(path), *rows.tolist()])
        # -P: no file that happens to lie beside the script is taken for a library.
        command = [sys.executable, "-P", "-X", "utf8", str(path.resolve()), str(table), "--outputs"]
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        options: dict[str, Any] = {"timeout": LONGEST, "env": surroundings(), "creationflags": flags}
        try:
            found = subprocess.run(command, check=False, capture_output=True, **options)
        except subprocess.TimeoutExpired as error:
            raise ExportFailedError(f"{path.name} did not finish within {LONGEST} seconds.") from error
    if found.returncode:
        said = found.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ExportFailedError(f"{path.name} does not run: {said[-1] if said else 'it says nothing'}.")
    lines = found.stdout.decode("utf-8").splitlines()
    return np.array([[float(field) for field in line.split(",")] for line in lines], dtype=np.float64)


def columns_of(path: Path) -> list[str]:
    """Return the names of the columns that a script asks for; nothing of it is run."""
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "COLUMNS":
            return list(ast.literal_eval(statement.value))
    raise ExportFailedError(f"{path.name} does not say which columns it needs.")


def surroundings() -> dict[str, str]:
    """Return the environment of the script: with a backend for Keras that is there."""
    there = [backend for backend in KERAS_BACKENDS if find_spec(backend)]
    return ({"KERAS_BACKEND": there[0]} if there else {}) | dict(os.environ)


def without(module: str, label: str) -> str | None:
    """Return in words why a script that needs `module` cannot be run; None when it can."""
    if getattr(sys, "frozen", False) or not sys.executable:
        return "there is no Python beside this program to run the script with."
    if find_spec(module) is None:
        return f"{label} is not installed here; with it (pip install {module}) the script can be run."
    if module == "keras" and not any(map(find_spec, KERAS_BACKENDS)):
        return "Keras has nothing to compute with here; install PyTorch beside it (pip install torch)."
    return None
