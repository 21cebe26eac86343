"""What the commands print: results in lines or as JSON, warnings, progress."""

import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager


def warn(problem: str) -> None:
    """Print a sentence on stderr; nothing when there is none."""
    if problem:
        sys.stderr.write(f"playground: {problem}\n")


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


def json_value(value: object) -> object:
    """Return a value as JSON has it: there is no NaN and no infinity, so null stands for them."""
    if isinstance(value, Mapping):
        return {key: json_value(part) for key, part in value.items()}
    if isinstance(value, list):
        return [json_value(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_result(result: Mapping[str, object]) -> None:
    """Print names and values in lines."""
    for several in ("folds", "seeds"):
        parts = result.get(several)
        if isinstance(parts, list):
            named = {
                _name_of(several, place, part): _without_seed(part) for place, part in enumerate(parts, 1)
            }
            result = {key: value for key, value in result.items() if key != several} | named
    width = max(map(len, result))
    for key, value in result.items():
        if value is not None:
            sys.stdout.write(f"{key.replace('_', ' '):<{width}}  {shown(value)}\n")


def _name_of(several: str, place: int, part: Mapping[str, object]) -> str:
    """Return what one of several parts is called: by its seed, or by its place."""
    return f"seed {part['seed']}" if several == "seeds" else f"fold {place}"


def _without_seed(part: Mapping[str, object]) -> Mapping[str, object]:
    return {key: value for key, value in part.items() if key != "seed"}


def shown(value: object) -> str:
    """Return a value, or several with their names, on one line; what is not a number is left out."""
    if isinstance(value, Mapping):
        known = {key: part for key, part in value.items() if json_value(part) is not None}
        return ", ".join(f"{key.replace('_', ' ')} {shown(part)}" for key, part in known.items())
    return f"{value:.4g}" if isinstance(value, float) else str(value)
