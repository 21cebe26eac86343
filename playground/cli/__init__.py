"""The command line: the window, training without it, files in and out, and what is installed.

Bad input is answered with one sentence on stderr and exit code 2, never with a traceback.
"""

import io
import sys

from playground.cli import listing, sweeping, training, window
from playground.cli.base import BAD_INPUT, app


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
    from playground.labs.sweep import SweepError
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
        window.NoDisplayError,
        ResourcesMissingError,
        SweepError,
    )
    if not isinstance(error, (*expected, MemoryError)):
        raise error
    said = run_failed(error) if isinstance(error, MemoryError) else str(error)
    sys.stderr.write(f"playground: {said}\n")
    return BAD_INPUT


__all__ = ["BAD_INPUT", "app", "listing", "run", "sweeping", "training", "window"]
