"""Training without a window."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from playground.cli.base import BAD_INPUT, app
from playground.cli.files import check_project, save_project, tell_of, write_export
from playground.cli.finding import Found, find
from playground.cli.saying import json_value, print_result, progress_bar, warn

if TYPE_CHECKING:
    from playground.experiment.model import Experiment
    from playground.training.session import Session

LONG_SECONDS = 2.0
"""How long a run has to take before compiled kernels are fetched for it, which takes a second itself."""


@app.command()
def train(
    what: Annotated[str, typer.Argument(metavar="EXAMPLE_DATA_FILE_OR_LINK")],
    epochs: Annotated[
        int | None,
        typer.Option(min=1, max=1_000_000, help="How long to train; a project: how much longer."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of data, split, weights and mini-batches.")
    ] = None,
    export: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Write the network in the format of the file's ending; repeatable."
        ),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(metavar="PROJECT.nnp", help="Save everything, so that the run can go on from here."),
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
    seeds: Annotated[
        int | None,
        typer.Option(
            min=3, max=50, help="Train once with each of so many seeds, from the first one upwards."
        ),
    ] = None,
    draw_data: Annotated[
        bool,
        typer.Option("--draw-data", help="With --seeds: draw data and split anew for each seed as well."),
    ] = False,
) -> None:
    """Train an example, a data set, an experiment or project file, a TensorFlow Playground link or a CSV."""
    from playground import paths
    from playground.experiment import edits
    from playground.experiment.evaluation import MAX_EVALUATIONS
    from playground.export import check_target
    from playground.training.evaluation import evaluate as evaluated
    from playground.training.folds import CrossValidation
    from playground.training.kernels import cache_folder, desk
    from playground.training.project import other_rows
    from playground.training.seeds import ManySeeds
    from playground.training.session import Session

    wanted = {"target": target, "features": features, "task": task, "repair": repair}
    found = find(what, {key: one for key, one in wanted.items() if one is not None})
    experiment = found.experiment
    many = folds is not None or seeds is not None
    if found.project is not None and (seed is not None or float64 or many):
        raise typer.BadParameter(
            f"{what} goes on where it stood: leave out --seed, --float64, --folds and --seeds."
        )
    if folds is not None and seeds is not None:
        raise typer.BadParameter("Fold the rows or try many seeds: leave out --folds or --seeds.")
    if draw_data and seeds is None:
        raise typer.BadParameter("--draw-data says what --seeds draw: add --seeds.")
    if seed is not None:
        experiment = edits.set_all_seeds(experiment, seed)
    if float64:
        experiment = edits.set_training(experiment, precision="float64")
    experiment, until = _length(found, experiment, epochs)
    exports = export or []
    for path in exports:
        check_target(path)
    if save is not None:
        check_project(save)
    if many and (exports or save is not None or evaluate):
        each, option = ("seed", "--seeds") if folds is None else ("fold", "--folds")
        raise typer.BadParameter(
            f"Each {each} has a network of its own: leave out {option}, --save, --export or --evaluate."
        )
    desk.allow(cache_folder(paths.cache_folder()))
    started = time.perf_counter()
    if folds is not None:
        validation = CrossValidation(experiment, folds, fold_seed)
        choices, diverged = _train_all(experiment, validation.sessions(device), folds), validation.diverged
        result = validation.summary()
    elif seeds is not None:
        tried = ManySeeds(experiment, seeds, draw_data)
        choices, diverged = _train_all(experiment, tried.sessions(device), seeds), tried.diverged
        result = tried.summary()
    else:
        project = None if found.project is None else replace(found.project, experiment=experiment)
        session = (
            Session.for_experiment(experiment, device)
            if project is None
            else Session.from_project(project, device)
        )
        if project is not None:
            warn(other_rows(project, session.prepared))
        with progress_bar(experiment.name, until) as update:
            choices = _train(session, until, update)
        warn(session.notice)
        result, diverged = session.summary(experiment.name), session.diverged
        if evaluate:
            look = evaluated(session)
            result |= look.summary()
            experiment = experiment.replace(evaluations=(*experiment.evaluations, look)[-MAX_EVALUATIONS:])
    seconds = round(time.perf_counter() - started, 3)
    result |= {"seconds": seconds, "device_choice": choices or None}
    warn(desk.trouble)
    if save is not None:
        save_project(session.project(experiment), save)
    told = [] if diverged else [write_export(session.trained_model(experiment), path) for path in exports]
    if as_json:
        data = {} if found.report is None else {"data": {"file": what, **found.report.as_json()}}
        files = {"exports": [one.as_json() for one in told]} if told else {}
        result = {key: json_value(value) for key, value in result.items()} | data | files
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        print_result(result)
    stream = sys.stderr if as_json else sys.stdout
    if save is not None:
        stream.write(f"Saved {save}: epoch {session.trainer.epoch:,}.\n")
    tell_of(told, stream)
    if diverged:
        warn("the loss is not a number any more; try a lower learning rate.")
        raise typer.Exit(1)
    if any(one.error for one in told):
        raise typer.Exit(BAD_INPUT)


def _length(found: Found, experiment: "Experiment", epochs: int | None) -> "tuple[Experiment, int]":
    """Return the experiment, planned for as long as it will be trained, and the epoch to train until.

    A run that goes on keeps its plan, to which its schedule belongs, unless it goes beyond.
    """
    from playground.experiment import edits
    from playground.experiment.files import BadFileError

    if found.project is None or found.project.standing is None:
        experiment = experiment if epochs is None else edits.set_epochs(experiment, epochs)
        return experiment, experiment.epochs
    done = found.project.standing.kept.epoch
    until = experiment.epochs if epochs is None else done + epochs
    if until <= done:
        raise BadFileError(
            f"{experiment.name} has been trained for its {done:,} epochs. Say how much longer: --epochs."
        )
    return edits.set_epochs(experiment, max(until, experiment.epochs)), until


def _train_all(experiment: "Experiment", sessions: "Iterator[Session]", count: int) -> str:
    """Train each of so many sessions before asking for the next; return what was timed for the last."""
    choices = ""
    with progress_bar(experiment.name, experiment.epochs * count) as update:
        for place, session in enumerate(sessions):

            def told(epoch: int, loss: float, before: int = place * experiment.epochs) -> None:
                update(before + epoch, loss)

            choices = _train(session, experiment.epochs, told)
            warn(session.notice)
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
