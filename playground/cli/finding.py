"""What a name on the command line stands for: an example, a data set, a file, a link, rows to learn from."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.cli.saying import warn

if TYPE_CHECKING:
    from playground.data.importing_table import Report
    from playground.experiment.model import Experiment
    from playground.training.project import Project

MOST_FAULTS = 20
"""How many lines that cannot be used are listed on stderr; JSON has them all."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a name stands for, with the report of rows that were imported, and the run that can go on."""

    experiment: "Experiment"
    report: "Report | None" = None
    project: "Project | None" = None


def rows_file(name: str) -> Path | None:
    """Return the path of a file of rows to import, None when the name is that of anything else."""
    from playground.data.importing import is_rows_file
    from playground.data.importing_layout import ImportRefused
    from playground.experiment import files

    path = Path(name)
    if name in files.names() or not is_rows_file(path):
        return None
    if not path.is_file():
        raise ImportRefused(f"There is no file {path}.")
    return path


def find(name: str, wanted: Mapping[str, Any] | None = None) -> Found:
    """Return what a name, a file or a link stands for; of a file of rows, a first experiment as `wanted`."""
    from playground.data.importing_layout import ImportRefused
    from playground.experiment import files, links
    from playground.experiment.model import Experiment
    from playground.export.importing import holds_network
    from playground.training import imported, project

    wanted = wanted or {}
    path = rows_file(name)
    if path is not None:
        return _import(path, wanted)
    if wanted:
        raise ImportRefused(
            f"--{next(iter(wanted))} is for files of rows such as data.csv; {name} brings its own data."
        )
    if Path(name).suffix.lower() == project.SUFFIX:
        opened = project.read(Path(name))
        return Found(opened.experiment, project=opened if opened.standing is not None else None)
    if name not in files.names() and holds_network(Path(name)):
        network, notes = imported.read(Path(name), Experiment())
        for note in notes:
            warn(note)
        return Found(network.experiment, project=network)
    if not links.is_link(name):
        return Found(files.find(name))
    link = links.read(name)
    for note in link.notes:
        warn(note)
    return Found(link.experiment)


def _import(path: Path, wanted: Mapping[str, Any]) -> Found:
    """Return an experiment on the rows of a file; say what became of them on stderr."""
    from playground.data.importing import read_file
    from playground.data.importing_columns import infer
    from playground.data.importing_layout import ImportRefused
    from playground.data.importing_table import GOALS, build, first_faults, propose
    from playground.experiment.own import experiment_on

    wanted = dict(wanted)
    if wanted.get("task", GOALS[0]) not in GOALS:
        raise ImportRefused(f"There is no task {wanted['task']!r}. There are: {', '.join(GOALS)}.")
    if "features" in wanted:
        wanted["features"] = tuple(name.strip() for name in wanted["features"].split(",") if name.strip())
    sheet = infer(read_file(path))
    choices = propose(sheet, **wanted)
    table, report = build(sheet, choices, path.name)
    left_out = [f"“{column}” is left out: {reason}." for column, reason in report.left_out]
    repairs = [f"Filled in {repair}." for repair in report.repaired]
    said = [
        f"{path.name}: “{choices.target}” is learnt; {report.sentence()}",
        *report.notes,
        *left_out,
        *repairs,
    ]
    sys.stderr.write("\n".join([*said, *first_faults(report.dropped, MOST_FAULTS)]) + "\n")
    return Found(experiment_on(table), report)
