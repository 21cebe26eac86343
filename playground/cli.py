"""The command line: the window, the examples, training without a window, and what is installed.

Bad input is answered with one sentence on stderr and exit code 2, never with a traceback.
"""

import io
import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from playground.data.importing_table import Report
    from playground.experiment.model import Experiment
    from playground.training.folds import CrossValidation
    from playground.training.session import Session

BAD_INPUT = 2

MOST_FAULTS = 20
"""How many lines that cannot be used are listed on stderr; JSON has them all."""

LONG_SECONDS = 2.0
"""How long a run has to take before compiled kernels are fetched for it, which takes a second itself."""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Drag layers onto a diagram, press Play, and watch a neural network learn.",
)


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no "²" still gets its answer
    try:
        app(arguments, prog_name="playground")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 1
    except Exception as error:  # noqa: BLE001 - raised again unless it is about the input
        return _complain(error)
    return 0


def _complain(error: Exception) -> int:
    """Print what is wrong with the input; anything else is a defect and is raised."""
    from playground.data import DataFileError
    from playground.data.importing_layout import ImportRefused
    from playground.engine.backends import BackendUnavailableError
    from playground.experiment.edits import EditRefused
    from playground.experiment.files import BadFileError
    from playground.experiment.links import LinkError
    from playground.experiment.prepare import CannotTrainError
    from playground.export import UnknownFormatError
    from playground.export.model import ExportFailedError
    from playground.paths import ResourcesMissingError
    from playground.tables import UnknownChoiceError
    from playground.training.failures import run_failed

    expected = (
        BadFileError,
        CannotTrainError,
        DataFileError,
        EditRefused,
        LinkError,
        UnknownChoiceError,
        UnknownFormatError,
        ExportFailedError,
        ImportRefused,
        BackendUnavailableError,
        NoDisplayError,
        ResourcesMissingError,
    )
    if not isinstance(error, (*expected, MemoryError)):
        raise error
    said = run_failed(error) if isinstance(error, MemoryError) else str(error)
    sys.stderr.write(f"playground: {said}\n")
    return BAD_INPUT


@app.callback(invoke_without_command=True)
def default(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version and exit.")] = False,
    open_: Annotated[
        str | None,
        typer.Option("--open", metavar="EXAMPLE_DATA_FILE_OR_LINK", help="What to open in the window."),
    ] = None,
) -> None:
    """Open the window when no command is given."""
    if version:
        from playground import __version__

        sys.stdout.write(f"playground {__version__}\n")
        raise typer.Exit()
    if context.invoked_subcommand is None:
        raise typer.Exit(_window(open_, None))


@app.command()
def window(
    open_: Annotated[
        str | None,
        typer.Option("--open", metavar="EXAMPLE_DATA_FILE_OR_LINK", help="What to open in the window."),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="PNG", help="Train, draw the window off screen into this file, and exit."),
    ] = None,
) -> None:
    """Open the window."""
    raise typer.Exit(_window(open_, picture))


@app.command()
def examples(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list instead.")] = False,
) -> None:
    """List the examples that ship."""
    from playground.experiment import files

    found = {name: files.example(name) for name in files.examples()}
    if as_json:
        rows = [{"name": name, "title": e.name, "about": e.about} for name, e in found.items()]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    width = max(len(name) for name in found)
    for name, experiment in found.items():
        sys.stdout.write(f"{name:<{width}}  {experiment.about}\n")


@app.command()
def train(
    what: Annotated[str, typer.Argument(metavar="EXAMPLE_DATA_FILE_OR_LINK")],
    epochs: Annotated[int | None, typer.Option(min=1, max=1_000_000, help="How long to train.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of data, split, weights and mini-batches.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE.npz", help="Write the trained weights to this file.")
    ] = None,
    evaluate: Annotated[
        bool, typer.Option("--evaluate", help="With a validation part: ask the test rows in the end.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one line of JSON.")] = False,
    float64: Annotated[bool, typer.Option("--float64", help="Compute with 16 digits instead of 7.")] = False,
    device: Annotated[str, typer.Option(help="auto, compiled, numpy or cuda.")] = "auto",
    target: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Of a CSV file: the column to learn.")
    ] = None,
    features: Annotated[
        str | None, typer.Option(metavar="A,B", help="Of a CSV file: the columns to learn it from.")
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="Of a CSV file: regression, binary or multi-class.")
    ] = None,
    repair: Annotated[
        bool | None,
        typer.Option("--repair/--drop", help="Of a CSV file: fill in missing inputs, or drop such rows."),
    ] = None,
    folds: Annotated[
        int | None,
        typer.Option(min=2, help="Train once for each of so many folds of all rows, and test on that fold."),
    ] = None,
    fold_seed: Annotated[int, typer.Option(min=0, help="Seed by which rows are dealt into folds.")] = 0,
) -> None:
    """Train an example, a data set, an experiment file, a TensorFlow Playground link or a CSV file."""
    from playground import paths
    from playground.experiment import edits
    from playground.export import check_target
    from playground.training.evaluation import evaluate as evaluated
    from playground.training.folds import CrossValidation
    from playground.training.kernels import cache_folder, desk
    from playground.training.session import Session

    wanted = {"target": target, "features": features, "task": task, "repair": repair}
    experiment, report = _find(what, {key: one for key, one in wanted.items() if one is not None})
    if seed is not None:
        experiment = edits.set_all_seeds(experiment, seed)
    if epochs is not None:
        experiment = edits.set_epochs(experiment, epochs)
    if float64:
        experiment = edits.set_training(experiment, precision="float64")
    if export is not None:
        check_target(export)
    if folds is not None and (export is not None or evaluate):
        raise typer.BadParameter(
            "Each fold has a network of its own: leave out --folds, --export or --evaluate."
        )
    desk.allow(cache_folder(paths.cache_folder()))
    started = time.perf_counter()
    if folds is not None:
        validation = CrossValidation(experiment, folds, fold_seed)
        choices, diverged = _train_folds(validation, device, folds), validation.diverged
        result = validation.summary()
    else:
        session = Session.for_experiment(experiment, device)
        with progress_bar(experiment.name, experiment.epochs) as update:
            choices = _train(session, experiment.epochs, update)
        _warn(session.notice)
        result, diverged = session.summary(experiment.name), session.diverged
        if evaluate:
            result |= evaluated(session).summary()
    seconds = round(time.perf_counter() - started, 3)
    result |= {"seconds": seconds, "device_choice": choices or None}
    _warn(desk.trouble)
    if as_json:
        data = {} if report is None else {"data": {"file": what, **report.as_json()}}
        sys.stdout.write(json.dumps({key: _json(value) for key, value in result.items()} | data) + "\n")
    else:
        _print_result(result)
    if diverged:
        _warn("the loss is not a number any more; try a lower learning rate.")
        raise typer.Exit(1)
    if export is not None:
        _export(session, experiment, export, as_json)


def _warn(problem: str) -> None:
    if problem:
        sys.stderr.write(f"playground: {problem}\n")


def _train_folds(validation: "CrossValidation", device: str, folds: int) -> str:
    """Train a network for each fold; return in words what was timed for the last."""
    experiment, choices = validation.experiment, ""
    with progress_bar(experiment.name, experiment.epochs * folds) as update:
        for fold, session in enumerate(validation.sessions(device)):

            def told(epoch: int, loss: float, before: int = fold * experiment.epochs) -> None:
                update(before + epoch, loss)

            choices = _train(session, experiment.epochs, told)
            _warn(session.notice)
    return choices


def _train(session: "Session", epochs: int, update: Callable[[int, float], None]) -> str:
    """Train to the end, on the fastest device once it takes a while; return in words what was timed."""
    from playground.training.chooser import Chooser

    chooser = Chooser(session.prepared.plan.rivals)
    started = time.perf_counter()
    while session.trainer.epoch < epochs and not session.diverged and not session.stopped:
        try:
            session.train_epoch()
            if time.perf_counter() - started > LONG_SECONDS:
                session.want_kernels()
                if chooser.is_due(session):
                    chooser.choose(session)
        except session.backend.failures as error:
            chooser.drop(session.backend.key, error)
            session.recover(error)
        update(session.trainer.epoch, session.last[1])
    return chooser.words


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
    compile_first: Annotated[
        bool, typer.Option("--compile", help="First compile the fast kernels where they are missing.")
    ] = False,
) -> None:
    """Say what is installed and whether every device computes alike; exit code 1 when one does not."""
    from playground.training.doctor import examine

    if compile_first:
        sys.stderr.write("Kernels that are missing are compiled now; this takes about half a minute.\n")
    report = examine(compile_first)
    if as_json:
        sys.stdout.write(json.dumps(report.as_json(), ensure_ascii=False) + "\n")
    else:
        width = max(len(label) for label, _ in report.lines())
        for label, text in report.lines():
            sys.stdout.write(f"{label:<{width}}  {text}\n")
        sys.stdout.write(f"\n{report.verdict()}\n")
    if not report.is_well:
        raise typer.Exit(1)


@contextmanager
def progress_bar(name: str, epochs: int) -> Iterator[Callable[[int, float], None]]:
    """Show a progress bar on stderr; what is yielded takes the epoch and the train loss."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("epochs"),
        TextColumn("train loss {task.fields[loss]:.4f}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(name, total=epochs, loss=float("nan"))
        yield lambda epoch, loss: progress.update(task, completed=min(epoch, epochs), loss=loss)


class NoDisplayError(RuntimeError):
    """There is no screen to open a window on."""


def _require_display() -> None:
    """Qt ends the whole process where it finds no display; say it in words before that."""
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform.startswith("linux") and not named:
        raise NoDisplayError(
            "There is no display here to open a window on. "
            "`playground window --picture FILE.png` draws it into a file."
        )


def _leave_a_core_for_the_window() -> None:
    """Keep the libraries for matrices from using every core: their threads wait for each other by turning."""
    cores = max(1, (os.cpu_count() or 2) - 1)
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, str(cores))


def _window(open_: str | None, picture: Path | None) -> int:
    _leave_a_core_for_the_window()
    from playground.experiment import files, links

    link = open_ if open_ and links.is_link(open_) else ""
    rows = _rows_file(open_) if open_ and picture is None else None
    experiment: Experiment | None = _find(open_)[0] if open_ and rows is None else None
    if picture is None:
        _require_display()
    from playground.app import draw_picture, open_window

    if rows is not None:
        return open_window(None, None, rows=rows)
    if picture is None:
        if link:
            return open_window(None, None, link)
        return open_window(experiment, Path(open_) if open_ and open_ not in files.names() else None)
    return draw_picture(experiment, picture, progress_bar)


def _rows_file(name: str) -> Path | None:
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


def _find(name: str, wanted: Mapping[str, Any] | None = None) -> "tuple[Experiment, Report | None]":
    """Return an experiment by its name, file or link; of a file of rows, a first one as it is `wanted`."""
    from playground.data.importing_layout import ImportRefused
    from playground.experiment import files, links

    wanted = wanted or {}
    path = _rows_file(name)
    if path is not None:
        return _import(path, wanted)
    if wanted:
        raise ImportRefused(
            f"--{next(iter(wanted))} is for files of rows such as data.csv; {name} brings its own data."
        )
    if not links.is_link(name):
        return files.find(name), None
    opened = links.read(name)
    for note in opened.notes:
        sys.stderr.write(f"playground: {note}\n")
    return opened.experiment, None


def _import(path: Path, wanted: Mapping[str, Any]) -> "tuple[Experiment, Report]":
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
    return experiment_on(table), report


def _export(session: "Session", experiment: "Experiment", path: Path, as_json: bool) -> None:
    """Write the weights and say how well the file was proved; on stderr when stdout is for JSON."""
    from playground.export import export as write

    proof = write(session.trained_model(experiment), path)
    stream = sys.stderr if as_json else sys.stdout
    stream.write(f"Wrote {path}: {proof}.\n")


def _json(value: object) -> object:
    """Return a value as JSON has it: there is no NaN and no infinity, so null stands for them."""
    if isinstance(value, Mapping):
        return {key: _json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_json(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _print_result(result: Mapping[str, object]) -> None:
    folds = result.get("folds")
    if isinstance(folds, list):
        named = {f"fold {place}": fold for place, fold in enumerate(folds, 1)}
        result = {key: value for key, value in result.items() if key != "folds"} | named
    width = max(map(len, result))
    for key, value in result.items():
        if value is not None:
            sys.stdout.write(f"{key.replace('_', ' '):<{width}}  {_shown(value)}\n")


def _shown(value: object) -> str:
    """Return a value, or several with their names, on one line; what is not a number is left out."""
    if isinstance(value, Mapping):
        known = {key: part for key, part in value.items() if _json(part) is not None}
        return ", ".join(f"{key.replace('_', ' ')} {_shown(part)}" for key, part in known.items())
    return f"{value:.4g}" if isinstance(value, float) else str(value)
