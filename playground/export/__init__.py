"""Exports of trained networks, one file per format; each is read back and compared before it is done."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from playground.export import npz
from playground.export.model import Proof, TrainedModel


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
        "Every weight and bias at full precision, with features, scaling and classes, for numpy.load.",
        ".npz",
        npz.write,
    ),
)


class UnknownFormatError(ValueError):
    """A file name whose ending is no format we write."""


def export(model: TrainedModel, path: Path) -> Proof:
    """Write `model` in the format that the ending of `path` names; UnknownFormatError lists the formats."""
    for exporter in EXPORTERS:
        if path.suffix.lower() == exporter.suffix:
            return exporter.write(model, path)
    known = ", ".join(f"{exporter.suffix} ({exporter.label})" for exporter in EXPORTERS)
    raise UnknownFormatError(f"{path.name!r} should end in one of: {known}.")


__all__ = ["EXPORTERS", "Exporter", "Proof", "TrainedModel", "UnknownFormatError", "export"]
