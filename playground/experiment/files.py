"""Reads and writes experiment files (JSON with a schema version), and lists the examples that ship."""

import json
import os
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from playground import paths
from playground.data import DATASETS
from playground.data.table import Table
from playground.experiment.check import check, errors
from playground.experiment.model import KEPT_BESIDE, SCHEMA_VERSION, Experiment
from playground.experiment.own import experiment_with
from playground.experiment.words import first_problem

SUFFIX = ".json"
FORMAT = "nn-playground experiment"
NETWORK_FORMAT: Literal["nn-playground weights"] = "nn-playground weights"
"""What files say that hold a trained network (`export/description.py`)."""
MAX_BYTES = 200_000_000
"""A table of 100,000 rows and 50 columns takes about half of it."""


class BadFileError(ValueError):
    """A file that is not a usable experiment; the message names it and says why."""


def read(path: Path) -> Experiment:
    """Return the experiment in the file at `path`; BadFileError says what is wrong with it."""
    try:
        text = content(path, MAX_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        raise BadFileError(f"{path.name} is not a text file, so it is no experiment.") from None
    return parse(text, path.name)


def content(path: Path, most: int) -> bytes:
    """Return the bytes of a plain file; BadFileError when it is none, too large or cannot be read."""
    try:
        with paths.open_plain(path) as file:
            size = os.fstat(file.fileno()).st_size
            found = file.read(size + 1) if size <= most else b""
    except FileNotFoundError:
        raise BadFileError(f"There is no file {path}.") from None
    except OSError as error:
        raise BadFileError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:  # a zero byte, say, in a name that a stranger has written
        raise BadFileError(f"{path.name!r} is no name of a file.") from error
    if size > most:
        raise BadFileError(f"{path.name} is larger than {most / 1e6:,.0f} MB, too large to be opened.")
    if len(found) > size:  # nothing says how much is still to come
        raise BadFileError(f"{path.name} is being written by another program: open it when that is done.")
    return found


def parse(text: str, name: str, table: Table | None = None) -> Experiment:
    """Return the experiment written in `text`, with the `table` that is kept beside it, if there is one.

    `name` is used in messages.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFileError(f"{name} is not valid JSON: {error}.") from error
    if isinstance(content, dict) and content.get("format") == NETWORK_FORMAT:
        raise BadFileError(
            f"{name} holds the weights of a trained network, not an experiment: open the experiment that it "
            "was exported from."
        )
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadFileError(f'{name} is not an experiment file: "format" should be "{FORMAT}".')
    version = content.get("version")
    if not isinstance(version, int) or version < 1:
        raise BadFileError(f"{name} does not say which version of the format it is.")
    if version > SCHEMA_VERSION:
        raise BadFileError(
            f"{name} was written by a newer version of the playground (format {version}, "
            f"this one reads up to {SCHEMA_VERSION}). Update to open it."
        )
    written = content.get("experiment")
    if version < 5:
        written = _with_split_of_its_own(written)
    try:
        experiment = Experiment.model_validate_json(json.dumps(written), context={KEPT_BESIDE: table})
    except ValidationError as error:
        raise BadFileError(f"{name} cannot be used: {first_problem(error)}") from error
    # Too few points, the one error of the data, is no reason: whoever opens the file may paint more.
    found = [problem for problem in errors(check(experiment)) if problem.where != "data"]
    if found:
        raise BadFileError(f"{name} cannot be used: {found[0].message}")
    return experiment


def _with_split_of_its_own(experiment: Any) -> Any:
    """Return what a file before version 5 holds as the later ones say it.

    One seed drew the rows and dealt them out, and the one split that data came with was the course's.
    """
    if not isinstance(experiment, dict) or not isinstance(experiment.get("data"), dict):
        return experiment
    data = dict(experiment["data"])
    if "seed" in data:
        data["split_seed"] = data["seed"]
    if data.get("split") == "provided":
        data["split"] = "course"
    return {**experiment, "data": data}


def is_experiment(path: Path) -> bool:
    """Whether there is a file at `path` that begins as `write` begins an experiment."""
    try:
        with path.open("rb") as file:
            return f'"format": "{FORMAT}"'.encode() in file.read(100)
    except OSError:
        return False


def dump(experiment: Experiment, table_beside: bool = False) -> str:
    """Return the text of an experiment file; with `table_beside` its table is to be kept somewhere else."""
    context = {KEPT_BESIDE: table_beside}
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": SCHEMA_VERSION,
        "experiment": experiment.model_dump(mode="json", context=context),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def write(experiment: Experiment, path: Path) -> None:
    """Write `experiment` to `path` in one stroke: when it fails, what was there stays."""
    paths.write_atomically(path, dump(experiment).encode("utf-8"))


def examples() -> dict[str, Path]:
    """Return the examples that ship, by name, in the order of their numbered files."""
    folder = paths.resources() / "examples"
    return {path.stem.split("-", 1)[1]: path for path in sorted(folder.glob("*.json"))}


def names() -> tuple[str, ...]:
    """Return what is opened by its name: the examples, then the data sets without one."""
    return tuple(dict.fromkeys((*examples(), *(dataset.key for dataset in DATASETS))))


def example(name: str) -> Experiment:
    """Return the example called `name`, else a first experiment with the data set of that name.

    BadFileError says which names are alike, or all that there are.
    """
    known = examples()
    if name in known:
        return read(known[name])
    if name in names():
        return experiment_with(name)
    near = get_close_matches(name.lower(), names())
    hint = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(names())}."
    raise BadFileError(f"There is no example or data set {name!r}. {hint}")


def find(name_or_path: str) -> Experiment:
    """Return an example or a first experiment with a data set by name, or the experiment in a file."""
    if name_or_path in names():
        return example(name_or_path)
    path = Path(name_or_path)
    looks_like_a_file = path.suffix != "" or len(path.parts) > 1
    return read(path) if looks_like_a_file or _is_there(path) else example(name_or_path)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no file can have
        return False
