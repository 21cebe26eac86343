"""The window, on a screen or drawn into a picture."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from playground.cli.base import app
from playground.cli.finding import find, rows_file
from playground.cli.saying import progress_bar

if TYPE_CHECKING:
    from playground.experiment.model import Experiment


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
def report(
    what: Annotated[str, typer.Argument(metavar="PROJECT", help="Or an example, a network, a link.")],
    to: Annotated[Path, typer.Option(metavar="REPORT.html", help="The file to write.")],
    evaluate: Annotated[
        bool, typer.Option("--evaluate", help="With a validation part: ask the test rows in the end.")
    ] = False,
) -> None:
    """Write a report on a run: settings, data, curves, pictures, figures and code, in one HTML file."""
    from playground.experiment.files import BadFileError
    from playground.training.project import Project

    if to.suffix.lower() not in (".html", ".htm"):
        raise BadFileError(f"{to.name!r} should end in .html: a report is a page for a browser.")
    if not to.parent.is_dir() or to.is_dir():
        raise BadFileError(f"There is no folder {to.parent} to write {to.name} to.")
    _leave_a_core_for_the_window()
    found = find(what)
    from playground.app import draw_report

    raise typer.Exit(draw_report(found.project or Project(found.experiment), to, progress_bar, evaluate))


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
    rows = rows_file(open_) if open_ and picture is None else None
    experiment: Experiment | None = find(open_).experiment if open_ and rows is None else None
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
