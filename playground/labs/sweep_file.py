"""Reads and writes the files of sweeps (JSON with a schema version), and lists those that ship."""

import json
import os
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from playground import paths
from playground.experiment import files
from playground.experiment.files import BadFileError
from playground.experiment.model import Experiment
from playground.experiment.words import first_problem
from playground.labs.sweep import SweepSpec

FORMAT = "nn-playground sweep"
VERSION = 1
"""Raised when files can hold what older programs do not know."""
MAX_BYTES = files.MAX_BYTES


def read(path: Path) -> SweepSpec:
    """Return the sweep in the file at `path`; BadFileError says what is wrong with it."""
    try:
        text = files.content(path, MAX_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        raise BadFileError(f"{path.name} is not a text file, so it is no sweep.") from None
    return parse(text, path.name, path.parent)


def parse(text: str, name: str, folder: Path | None = None) -> SweepSpec:
    """Return the sweep written in `text`; `name` is used in messages.

    Its experiment is written out, or the name of an example, or the path of a file as seen from `folder`.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFileError(f"{name} is not valid JSON: {error}.") from error
    return from_json(content, name, folder)


def from_json(content: Any, name: str, folder: Path | None = None) -> SweepSpec:
    """Return the sweep that `as_json` wrote, or a person; BadFileError says what is wrong with it."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadFileError(f'{name} is no sweep: "format" should be "{FORMAT}".')
    require_version(content, VERSION, name)
    fields = content.get("sweep")
    if not isinstance(fields, dict):
        raise BadFileError(f'{name} says nothing under "sweep".')
    experiment = _experiment(fields.get("experiment"), name, folder)
    try:
        return SweepSpec.model_validate({**fields, "experiment": experiment})
    except ValidationError as error:
        raise BadFileError(f"{name} cannot be used: {first_problem(error)}") from error


def require_version(content: dict[str, Any], newest: int, name: str) -> None:
    """Raise BadFileError unless a file is of a version of its format from 1 to `newest`."""
    version = content.get("version")
    if not isinstance(version, int) or version < 1:
        raise BadFileError(f"{name} does not say which version of the format it is.")
    if version > newest:
        raise BadFileError(
            f"{name} was written by a newer version of the playground (format {version}, this one reads up "
            f"to {newest}). Update to use it."
        )


def _experiment(written: Any, name: str, folder: Path | None) -> Experiment:
    """Return the experiment that a sweep is about."""
    if isinstance(written, dict):
        return files.parse(json.dumps(written), f"The experiment in {name}")
    if not isinstance(written, str):
        raise BadFileError(
            f'{name} names no experiment: give "experiment" the name of an example, the path of a file, or '
            "what an experiment file holds."
        )
    if written in files.names():
        return files.example(written)
    path = Path(written)
    if path.suffix != files.SUFFIX or folder is None:
        return files.example(written)  # which says what there is
    if path.is_absolute():
        raise BadFileError(f"{name} must say where {path.name} lies as seen from its own folder.")
    return files.read(folder / path)


def as_json(spec: SweepSpec) -> dict[str, Any]:
    """Return a sweep as JSON has it, with its experiment written out."""
    fields = spec.model_dump(mode="json", exclude={"experiment"}, exclude_defaults=True)
    experiment = json.loads(files.dump(spec.experiment))
    return {"format": FORMAT, "version": VERSION, "sweep": {**fields, "experiment": experiment}}


def write(spec: SweepSpec, path: Path) -> None:
    """Write a sweep to `path` in one stroke: when it fails, what was there stays. Raises OSError."""
    text = json.dumps(as_json(spec), indent=2, ensure_ascii=False) + "\n"
    paths.write_atomically(path, text.encode("utf-8"))


def shipped() -> dict[str, Path]:
    """Return the sweeps that ship, by name."""
    return {path.stem: path for path in sorted((paths.resources() / "sweeps").glob("*.json"))}


def find(name_or_path: str) -> SweepSpec:
    """Return a sweep that ships by its name, or that in a file; BadFileError says what there is."""
    known = shipped()
    if name_or_path in known:
        return read(known[name_or_path])
    path = Path(name_or_path)
    # Not `Path.is_file`, which fails for a name that is too long.
    if path.suffix == "" and len(path.parts) <= 1 and not os.path.isfile(path):
        raise BadFileError(
            f"There is no sweep {name_or_path!r}. There are: {', '.join(known)}, or name a file."
        )
    return read(path)
