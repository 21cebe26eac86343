"""Projects (`.nnp`): an experiment, its data, and a run of it that goes on bit for bit where it stood.

A project is an archive (`archive`) of `experiment.json` as an experiment file holds it, `state.json` with
the counters of the run, and its arrays. A table of the person's own lies beside the experiment as arrays; of
other data there is only a name for the rows, so that others than those trained on are noticed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import ValidationError

from playground import __version__, paths
from playground.data.table import MAX_COLUMNS, MAX_ROWS, Table
from playground.engine.backends.base import HostArray
from playground.experiment import files
from playground.experiment.files import BadFileError
from playground.experiment.model import Experiment
from playground.experiment.plan import layer_shapes
from playground.experiment.prepare import Prepared
from playground.experiment.words import first_problem
from playground.training.archive import MAX_BYTES, SIGNATURE, Archive, BadArchiveError, npy, pack
from playground.training.messages import History
from playground.training.standing import Standing
from playground.training.state import ARRAYS, WEIGHTS, State, arrays_of, standing_of

SUFFIX = ".nnp"
FORMAT = "nn-playground project"
VERSION = 1

Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: tuple[Migration, ...] = ()
"""What brings the state of version 1 to version 2, that of 2 to 3, and so on up to VERSION."""

EXPERIMENT, STATE, TABLE = "experiment.json", "state.json", "table.json"
CURVES, INPUTS, TARGETS = "curves.npy", "table_inputs.npy", "table_targets.npy"
ENTRIES = (EXPERIMENT, STATE, TABLE, CURVES, INPUTS, TARGETS, *ARRAYS)
"""All that a project can hold."""

REMEDY = "Open an earlier copy of it, or its experiment anew."

NO_POINTS = History.of((), restart=True)
Marks = tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Project:
    """An experiment and, with a `standing`, a run of it.

    `history` are the whole curves, `marks` the epochs at which a setting was changed and what was. `rows` is
    the name of the rows that were trained on (`Prepared.rows_name`).
    """

    experiment: Experiment
    standing: Standing | None = None
    history: History = NO_POINTS
    marks: Marks = ()
    rows: str = ""

    @classmethod
    def of(
        cls, experiment: Experiment, standing: Standing, prepared: Prepared, history: History, marks: Marks
    ) -> Self:
        """Return the project of a run on prepared rows; points of the curves that came later fall away."""
        return cls(experiment, standing, history.until(standing.last[0]), marks, prepared.rows_name)


def other_rows(project: Project, prepared: Prepared) -> str:
    """Return in a sentence that a run is about to go on with other rows than it had, "" when it is not."""
    if project.rows in ("", prepared.rows_name):
        return ""
    return (
        f"The rows of {project.experiment.data.source.label} are not those that this network was trained on: "
        "another version of the program or of a library makes others. Rewind to train on these alone."
    )


# Writing -------------------------------------------------------------------------------------------------


def write(project: Project, path: Path) -> None:
    """Write a project to `path` in one stroke: when it fails, what was there stays. Raises OSError.

    A path that ends in `.json` gets the experiment alone.
    """
    if path.suffix.lower() == files.SUFFIX:
        files.write(project.experiment, path)
    else:
        paths.write_atomically(path, dump(project))


def dump(project: Project) -> bytes:
    """Return the content of a project file; the same project always has the same."""
    table = project.experiment.data.table
    entries = {EXPERIMENT: files.dump(project.experiment, table_beside=table is not None).encode()}
    if table is not None:
        entries |= _table_entries(table)
    if project.standing is not None:
        state = State.of(project.standing, project.experiment.training, project.marks, project.rows)
        entries[STATE] = state.model_dump_json(indent=1).encode()
        entries[CURVES] = npy(project.history.table)
        entries |= {name: npy(array) for name, array in arrays_of(project.standing).items()}
    return pack(entries, {"format": FORMAT, "version": VERSION, "written_by": __version__})


def _table_entries(table: Table) -> dict[str, bytes]:
    about = {
        "name": table.name,
        "about": table.about,
        "painted": table.painted,
        "columns": list(table.columns),
        "target": table.target,
        "classes": list(table.class_names),
    }
    text = json.dumps(about, ensure_ascii=False).encode()
    return {TABLE: text, INPUTS: npy(table.inputs), TARGETS: npy(table.targets)}


# Reading -------------------------------------------------------------------------------------------------


def read(path: Path) -> Project:
    """Return the project in the file at `path`, or that of an experiment file, which holds no run.

    BadFileError says in a sentence what is wrong with it and what to do.
    """
    try:
        with paths.open_plain(path) as file:
            is_archive = file.read(len(SIGNATURE)) == SIGNATURE
    except OSError:
        is_archive = False  # why it cannot be read is said when it is read as a whole
    if not is_archive and path.suffix.lower() != SUFFIX:
        return Project(files.read(path))
    content = files.content(path, MAX_BYTES)
    if not content:
        raise BadFileError(f"{path.name} is empty. {REMEDY}")
    if not is_archive:
        raise BadFileError(f"{path.name} is not a project: choose a file that was saved by the playground.")
    return parse(content, path.name)


def parse(content: bytes, name: str) -> Project:
    """Return the project that `dump` wrote; `name` is used in messages."""
    try:
        archive = Archive(content)
        version = _version(archive)
        archive.require(ENTRIES)
        experiment = files.parse(archive.text(EXPERIMENT), name, _table(archive))
        if STATE not in archive:
            return Project(experiment)
        return _with_run(experiment, archive, version)
    except BadArchiveError as error:
        remedy = "" if str(error).endswith(".") else f". {REMEDY}"
        raise BadFileError(f"{name} {error}{remedy}") from error


def _version(archive: Archive) -> int:
    """Return the version of the format, one that can be read."""
    version = archive.manifest.get("version")
    if archive.manifest.get("format") != FORMAT:
        raise BadArchiveError("is not a project: choose a file that was saved by the playground.")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise BadArchiveError("does not say which version of the format it is")
    if version > VERSION:
        raise BadArchiveError(
            f"was written by a newer version of the playground (project format {version}, this one reads up "
            f"to {VERSION}). Update the playground to open it."
        )
    return version


def _table(archive: Archive) -> Table | None:
    """Return the table of the person's own, if there is one."""
    if TABLE not in archive:
        return None
    about = archive.json(TABLE)
    try:
        columns, classes = tuple(about["columns"]), tuple(about["classes"])
        if len(columns) > MAX_COLUMNS:
            raise ValueError(f"there are more than {MAX_COLUMNS} columns")
        inputs = archive.array(INPUTS, (None, len(columns)), np.float64, MAX_ROWS)
        targets = archive.array(TARGETS, (None,), np.int64 if classes else np.float64, MAX_ROWS)
        texts = {key: about[key] for key in ("name", "target", "about")}
        if not all(isinstance(text, str) for text in (*texts.values(), *columns, *classes)):
            raise ValueError("a name is no text")
        return Table(
            **texts,
            columns=columns,
            inputs=inputs,
            targets=targets,
            class_names=classes,
            painted=about["painted"] is True,
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, BadArchiveError):
            raise
        raise BadArchiveError(f"cannot be used: its table is not as it should be ({error})") from error


def _with_run(experiment: Experiment, archive: Archive, version: int) -> Project:
    """Return the project with the run that its state and its arrays tell of."""
    written = archive.json(STATE)
    for migrate in MIGRATIONS[version - 1 :]:
        written = migrate(written)
    try:
        state = State.model_validate_json(json.dumps(written))
    except ValidationError as error:
        raise BadArchiveError(f"cannot be used: {first_problem(error).rstrip('.')}") from error
    size = sum(shape.size for shape in layer_shapes(experiment))
    state.require_fit(experiment.training)
    arrays = {name: archive.array(name, shape, dtype) for name, (shape, dtype) in state.layout(size).items()}
    _require_numbers(arrays, state.diverged)
    curves = archive.array(CURVES, (None, 5), np.float64)
    if not np.isfinite(curves[:, 0]).all():
        raise BadArchiveError("is damaged: its curves have points at no epoch")
    standing = standing_of(state, arrays)
    return Project(experiment, standing, History.of(curves, restart=True), state.marks, state.rows)


def _require_numbers(arrays: dict[str, HostArray], diverged: bool) -> None:
    """Refuse weights that are no finite numbers, unless the run is known to have lost them."""
    for name, array in arrays.items():
        if name in WEIGHTS and not (diverged or np.isfinite(array).all()):
            raise BadArchiveError(f"holds weights that are not finite numbers ({name})")
