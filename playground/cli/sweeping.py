"""Sweeps without a window: an experiment many times over, on all cores or on a cluster."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from playground.cli.base import BAD_INPUT, app
from playground.cli.saying import json_value, warn

if TYPE_CHECKING:
    from playground.labs.sweep_groups import Summary
    from playground.training.sweeping import Sweep

INTERRUPTED = 130
"""The exit code of a sweep that Ctrl+C has ended."""

EARLY = "ended early"

MOST_SHOWN = 20
"""Rows of the table at the end; JSON has them all."""


@app.command()
def sweep(
    spec: Annotated[
        str | None, typer.Argument(metavar="SPEC", help="A sweep that ships, or the file of one.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes at once; one for each core without it.")
    ] = None,
    scheduler: Annotated[
        str, typer.Option(metavar="tcp://HOST:PORT", help="Train on the cluster of this Dask scheduler.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help="Write each result to this file as soon as it is there."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the results that are in the file of --out.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one line of JSON.")] = False,
    device: Annotated[str, typer.Option(help="auto, compiled, numpy or cuda.")] = "auto",
    list_all: Annotated[bool, typer.Option("--list", help="List the sweeps that ship, and end.")] = False,
) -> None:
    """Train an experiment with many choices; find the best by its validation rows."""
    from playground.engine.backends import make_backend
    from playground.labs import sweep_file
    from playground.training.measuring import must_compile
    from playground.training.sweeping import Sweep

    if list_all:
        _list()
        return
    if spec is None:
        raise typer.BadParameter("Say which sweep: a name of --list, or a file.")
    if resume and out is None:
        raise typer.BadParameter("--resume goes on with a file: name it with --out.")
    if not scheduler:
        make_backend(device)  # which says what there is
    if out is not None and not out.parent.is_dir():
        raise typer.BadParameter(f"There is no folder {out.parent} for {out.name}.")
    made = Sweep(
        sweep_file.find(spec), jobs=jobs, scheduler=scheduler, device=device, file=out, resume=resume
    )
    precision = made.spec.experiment.training.precision
    if device in ("auto", "compiled") and not scheduler and must_compile(precision):
        sys.stderr.write("The fast kernels are compiled first, once; this takes about half a minute.\n")
    ended = _make(made)
    _tell(made, as_json)
    if ended:
        kept = f"; go on with --out {out} --resume" if out is not None else ""
        warn(f"{ended}: {len(made.done):,} of {len(made.points):,} runs are done{kept}.")
        raise typer.Exit(INTERRUPTED if ended == EARLY else BAD_INPUT)
    if made.trouble:
        raise typer.Exit(BAD_INPUT)
    if all(one.error or one.diverged for one in made.done.values()):
        raise typer.Exit(1)


def _list() -> None:
    """Print the sweeps that ship with what they are about."""
    from playground.labs import sweep_file

    found = {name: sweep_file.read(path) for name, path in sweep_file.shipped().items()}
    width = max(map(len, found))
    for name, spec in found.items():
        sys.stdout.write(f"{name:<{width}}  {spec.runs:>5,} runs  {spec.about}\n")


def _make(made: "Sweep") -> str:
    """Make all runs behind a progress bar; return in words why they ended early, if they did.

    Raises SweepError where there is nothing to show.
    """
    from playground.labs.sweep import SweepError

    try:
        with _bar(made) as update:
            for result in made.results():
                update(result.error)
    except KeyboardInterrupt:
        return EARLY
    except SweepError as error:
        if not made.done:
            raise
        return str(error).rstrip(".")
    return ""


@contextmanager
def _bar(made: "Sweep") -> Iterator[Callable[[str], None]]:
    """Show a progress bar on stderr; what is yielded is called after each run, with what it failed with."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("runs"),
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        begun = made.progress
        task = progress.add_task(made.spec.name, total=begun.total, completed=begun.done, left="")

        def update(error: str) -> None:
            now = made.progress
            left = "" if now.left is None else f"{_time(now.left)} left"
            progress.update(task, completed=now.done, left=left)
            if error:
                progress.console.print(f"playground: {error}", markup=False)

        yield update


def _time(seconds: float) -> str:
    """Return a time as hours, minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


# What came of it --------------------------------------------------------------------------------------------


def _tell(made: "Sweep", as_json: bool) -> None:
    """Print the result, and what went wrong on the way."""
    for note in made.notes:
        warn(note)
    if as_json:
        sys.stdout.write(json.dumps(json_value(summary(made)), allow_nan=False) + "\n")
    else:
        _print_table(made)
    warn(made.trouble)


def summary(made: "Sweep") -> dict[str, Any]:
    """Return the result of a sweep as JSON has it: the best group, and all of them."""
    from playground.labs.sweep_groups import best, summaries

    spec, results = made.spec, list(made.done.values())
    groups = summaries(made.points, made.done)
    chosen = best(spec, groups)
    return {
        "name": spec.name,
        "experiment": spec.experiment.name,
        "varied": list(spec.varied),
        "seeds": spec.seeds,
        "runs": len(made.points),
        "done": len(results),
        "failed": sum(bool(one.error) for one in results),
        "diverged": sum(one.diverged for one in results),
        "seconds": round(made.progress.seconds, 3),
        "device": ", ".join(sorted({one.device for one in results if one.device})),
        "metric": metric_of(made),
        "best_by": spec.best_by,
        "best": None if chosen is None else _group(chosen),
        "groups": [_group(one) for one in groups],
        "notes": list(made.notes),
    }


def metric_of(made: "Sweep") -> str:
    """Return the name of the metric beside the loss."""
    return next((one.metric for one in made.done.values() if not one.error), "accuracy")


def _group(one: "Summary") -> dict[str, Any]:
    """Return a group as JSON has it: what was chosen, and the median of each quantity over its seeds."""
    return {
        "values": dict(one.values),
        "runs": one.runs,
        "parameters": one.parameters,
        "diverged": one.diverged,
        **one.medians,
    }


def _print_table(made: "Sweep") -> None:
    """Print the groups, the best first, and which of them is the best."""
    from rich.console import Console
    from rich.table import Table

    from playground.labs.sweep import shown
    from playground.labs.sweep_groups import QUANTITIES, best, ranked, summaries

    groups = ranked(made.spec, summaries(made.points, made.done))
    table = Table()
    metric = metric_of(made)
    for key in (*made.spec.varied, "parameters", *QUANTITIES):
        table.add_column(key.replace("_metric", f"_{metric}").replace("_", " "), justify="right")
    for one in groups[:MOST_SHOWN]:
        values = [shown(value) for value in one.values.values()]
        table.add_row(*values, f"{one.parameters:,}", *(f"{one.medians[key]:.4g}" for key in QUANTITIES))
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160)
    console.print(table)
    if len(groups) > MOST_SHOWN:
        sys.stdout.write(f"The best {MOST_SHOWN} of {len(groups):,}; --json prints all.\n")
    chosen = best(made.spec, groups)
    if chosen is not None:
        words = ", ".join(f"{key.replace('_', ' ')} {shown(value)}" for key, value in chosen.values.items())
        by = made.spec.best_by.replace("_metric", f"_{metric}").replace("_", " ")
        sys.stdout.write(f"Best by {by}: {words} ({chosen.medians[made.spec.best_by]:.4g}).\n")
