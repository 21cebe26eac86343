"""Files of trained networks: written in every format, and asked about rows of one's own."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from playground.cli.base import BAD_INPUT, app
from playground.cli.finding import MOST_FAULTS
from playground.cli.saying import json_value, warn

if TYPE_CHECKING:
    from playground.export import Proof, TrainedModel
    from playground.training.project import Project


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was to be written: how well it was proved, or why it is not there."""

    path: Path
    proof: "Proof | None" = None
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        if self.proof is None:
            return {"file": str(self.path), "error": self.error}
        return {
            "file": str(self.path),
            "largest_difference": json_value(self.proof.largest_difference),
            "rows": self.proof.rows,
            "read_back_with": self.proof.route or None,
            "not_read_back": self.proof.unproved or None,
        }


def check_project(path: Path) -> None:
    """Refuse a project that cannot be saved before the training rather than after."""
    from playground.experiment.files import BadFileError
    from playground.training.project import SUFFIX

    if path.suffix.lower() != SUFFIX:
        raise BadFileError(f"{path.name!r} should end in {SUFFIX}: a project holds the run as well.")
    if path.is_dir() or not path.parent.is_dir():
        raise BadFileError(f"There is no folder {path.parent} to save {path.name} in.")


def save_project(project: "Project", path: Path) -> None:
    """Save a project; BadFileError when that fails."""
    from playground.experiment.files import BadFileError
    from playground.training.project import write

    try:
        write(project, path)
    except OSError as error:
        raise BadFileError(f"{path} could not be saved: {error.strerror or error}.") from error


def write_export(model: "TrainedModel", path: Path) -> Written:
    """Write a network to a file; what goes wrong is told in the result, so that other files follow."""
    from playground.export import ExportFailedError, export

    try:
        return Written(path, export(model, path))
    except ExportFailedError as error:
        return Written(path, error=str(error))


def tell_of(files: Sequence[Written], stream: IO[str]) -> None:
    """Say of every file how well it was proved; errors go to stderr."""
    for one in files:
        if one.proof is None:
            warn(one.error)
        else:
            stream.write(f"Wrote {one.path}: {one.proof}.\n")


@app.command("export")
def export_network(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A project, or an export that can be read.")],
    to: Annotated[
        list[Path],
        typer.Option(metavar="FILE", help="Write it in the format of this file's ending; repeatable."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Write a trained network in other formats, and prove each file."""
    from playground.export import check_target

    for path in to:
        check_target(path)
    model, notes = read_trained(file)
    for note in notes:
        warn(note)
    told = [write_export(model, path) for path in to]
    if as_json:
        sys.stdout.write(json.dumps({"exports": [one.as_json() for one in told]}) + "\n")
    tell_of(told, sys.stderr if as_json else sys.stdout)
    if any(one.error for one in told):
        raise typer.Exit(BAD_INPUT)


@app.command()
def predict(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A project, or an export that can be read.")],
    data: Annotated[Path, typer.Argument(metavar="DATA.csv", help="Rows with the network's inputs.")],
    out: Annotated[
        Path | None, typer.Option(metavar="OUT.csv", help="Write the answers here instead of printing them.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Ask a trained network about the rows of a file."""
    from playground.data.importing import read_file
    from playground.data.importing_columns import infer
    from playground.data.importing_layout import ImportRefused
    from playground.data.importing_table import first_faults
    from playground.export.asking import ask

    if out is not None and out.exists() and any(out.samefile(one) for one in (file, data) if one.exists()):
        raise ImportRefused(f"{out} is what is read: choose another file for the answers.")
    model, notes = read_trained(file)
    pipeline = model.pipeline
    answer = ask(pipeline, infer(read_file(data)))
    asked = answer.question
    for note in (*notes, *asked.notes):
        warn(note)
    if asked.left_out and not as_json:
        sys.stderr.write("\n".join(first_faults(asked.left_out, MOST_FAULTS)) + "\n")
    score = answer.score()
    if out is not None:
        answer.write(out)
    if as_json:
        result = {
            "rows": len(asked.lines),
            "left_out": [fault._asdict() for fault in asked.left_out],
            "predictions": None if out is not None else answer.meanings,
            **({} if score is None else {score[0]: score[1]}),
        }
        sys.stdout.write(json.dumps({key: json_value(value) for key, value in result.items()}) + "\n")
        return
    if out is None:
        sys.stdout.write("".join(f"{meaning}\n" for meaning in answer.meanings))
    else:
        count = len(asked.lines)
        what = "prediction" if count == 1 else "predictions"
        sys.stdout.write(f"Wrote {out}: {count:,} {what} of {pipeline.target}.\n")
    if score is not None:
        sys.stderr.write(
            f"{score[0]} {score[1]:.4g} over {score[2]:,} rows whose {pipeline.target} is known\n"
        )


def read_trained(path: Path) -> "tuple[TrainedModel, tuple[str, ...]]":
    """Return the network of a project or of an export, and what was assumed about it."""
    from playground.experiment.files import BadFileError
    from playground.training import project
    from playground.training.session import Session

    if path.suffix.lower() != project.SUFFIX:
        from playground.export.importing import read_model
        from playground.export.model import untaught

        found = read_model(path)
        return untaught(found.pipeline), found.notes
    opened = project.read(path)
    if opened.standing is None:
        raise BadFileError(f"{path.name} holds an experiment that has not been trained. Train it first.")
    session = Session.from_project(opened, "numpy")
    return session.trained_model(opened.experiment), ()
