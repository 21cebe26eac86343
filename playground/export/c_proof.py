"""Proves a C header by the C compiler that is found: compiled with a small program, and run on the rows."""

import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from playground.export.model import ExportFailedError

COMPILERS = ("cc", "gcc", "clang")

SECONDS = 120
"""How long compiling or running may take."""

NOTHING = "#include <math.h>\nint main(void) { return 0; }\n"

PROGRAM = """\
#include <stdio.h>
#include "network.h"

int main(int count, char **names)
{{
    double x[{NAME}_INPUTS], out[{NAME}_OUTPUTS];
    FILE *rows = (count == 3) ? fopen(names[1], "rb") : NULL;
    FILE *answers = (rows != NULL) ? fopen(names[2], "wb") : NULL;
    if (answers == NULL)
        return 1;
    while (fread(x, sizeof x, 1, rows) == 1) {{
        {name}_predict(x, out);
        if (fwrite(out, sizeof out, 1, answers) != 1)
            return 1;
    }}
    return (fclose(answers) != 0) || (fclose(rows) != 0);
}}
"""
"""Takes rows of doubles from one file and writes the outputs to another."""


def unproved() -> str | None:
    """Return why headers cannot be read back here, or None."""
    if compiler() is None:
        return f"no C compiler that works was found ({', '.join(COMPILERS)})"
    return None


@lru_cache(maxsize=1)
def compiler() -> str | None:
    """Return the first C compiler that compiles a program which does nothing."""
    for name in COMPILERS:
        found = shutil.which(name)
        if found and _has_tools():
            with TemporaryDirectory() as folder:
                try:
                    compile_program(found, NOTHING, Path(folder))
                except ExportFailedError:
                    continue
            return found
    return None


def _has_tools() -> bool:
    """Whether a compiler is more than a name: asked on macOS, one that is not installed opens a dialog."""
    asked = shutil.which("xcode-select")
    return asked is None or subprocess.run([asked, "-p"], capture_output=True, check=False).returncode == 0


def compile_program(compiler: str, program: str, folder: Path, *options: str) -> Path:
    """Compile a program in a folder and return what can be run; ExportFailedError with what was said."""
    (folder / "program.c").write_text(program, encoding="utf-8")
    made = folder / "program.exe"
    flags = ("-std=c99", "-O0", "-pipe", *options)
    _run([compiler, *flags, str(folder / "program.c"), "-o", str(made), "-lm"], "The C compiler")
    return made


def _run(command: list[str], what: str) -> None:
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=SECONDS, check=False, creationflags=hidden
        )
    except subprocess.TimeoutExpired as error:
        raise ExportFailedError(f"{what} took longer than {SECONDS} seconds.") from error
    except OSError as error:
        raise ExportFailedError(f"{what} could not be started: {error.strerror or error}.") from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        wrong = next((line for line in said if "error" in line), f"exit code {done.returncode}")
        raise ExportFailedError(f"{what} gave up on the header: {wrong}")


def predict(path: Path, rows: npt.NDArray[np.float64], *options: str) -> npt.NDArray[np.float64]:
    """Return the outputs (n, k) that the compiled header gives for raw rows (n, d).

    `options` are more of the compiler's.
    """
    found = compiler()
    if found is None:
        raise ExportFailedError(f"{path.name} cannot be read back: {unproved()}.")
    text = path.read_text(encoding="utf-8")
    name = _match(r"static inline void (\w+)_predict\(", text)
    outputs = int(_match(r"#define \w+_OUTPUTS (\d+)", text))
    with TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copyfile(path, place / "network.h")
        program = compile_program(found, PROGRAM.format(name=name, NAME=name.upper()), place, *options)
        (place / "rows").write_bytes(np.ascontiguousarray(rows, dtype=np.float64).tobytes())
        _run([str(program), str(place / "rows"), str(place / "answers")], "The compiled header")
        return np.fromfile(place / "answers", dtype=np.float64).reshape(-1, outputs)


def _match(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise ExportFailedError("The header does not hold what was written.")
    return found[1]
