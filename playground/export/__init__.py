"""Exports of trained networks, one file per format; each is read back and compared before it is done."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from playground.export import npz
from playground.export.model import ExportFailedError, Proof, TrainedModel


class Write(Protocol):
    """Writes a model to a file, reads it back and returns the proof that both predict the same."""

    def __call__(self, model: TrainedModel, path: Path) -> Proof: ...


@dataclass(frozen=True, slots=True)
class Exporter:
    """One format a trained network can be written in."""

    key: str
    label: str
    help: str
    suffix: str
    write: Write


EXPORTERS: tuple[Exporter, ...] = (
    Exporter(
        "npz",
        "NumPy arrays",
        "Every number of every layer at full precision, with features, scaling and classes, for numpy.load.",
        ".npz",
        npz.write,
    ),
)


class UnknownFormatError(ValueError):
    """A file name whose ending is no format we write."""


def exporter_for(path: Path) -> Exporter:
    """Return the exporter that the ending of `path` names; UnknownFormatError lists the endings."""
    for exporter in EXPORTERS:
        if path.suffix.lower() == exporter.suffix:
            return exporter
    known = ", ".join(f"{exporter.suffix} ({exporter.label})" for exporter in EXPORTERS)
    raise UnknownFormatError(f"{path.name!r} should end in one of: {known}.")


def check_target(path: Path) -> None:
    """Refuse a file that cannot be written before hours of training rather than after."""
    exporter_for(path)
    if path.is_dir():
        raise ExportFailedError(f"{path} is a folder, not a file to write to.")
    if not path.parent.is_dir():
        raise ExportFailedError(f"There is no folder {path.parent} to write {path.name} to.")


def export(model: TrainedModel, path: Path) -> Proof:
    """Write `model` in the format that the ending of `path` names, and return the proof."""
    return exporter_for(path).write(model, path)


__all__ = [
    "EXPORTERS",
    "ExportFailedError",
    "Exporter",
    "Proof",
    "TrainedModel",
    "UnknownFormatError",
    "check_target",
    "export",
]
