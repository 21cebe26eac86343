"""Trained networks from files, ours and those of other programs: one reader per format."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playground import paths
from playground.experiment import files
from playground.experiment.files import BadFileError
from playground.export import keras_file
from playground.export.pipeline import Pipeline


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """A network from a file; `notes` say in sentences what was assumed about it."""

    pipeline: Pipeline
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Importer:
    """One format that networks are read from; `read` raises BadFileError alone.

    `missing` says what has to be installed before the format can be read; None: nothing.
    """

    key: str
    label: str
    suffix: str
    read: Callable[[Path], tuple[Pipeline, tuple[str, ...]]]
    missing: Callable[[], str | None] = lambda: None


def _read_npz(path: Path) -> tuple[Pipeline, tuple[str, ...]]:
    from playground.export.npz_reading import read

    return read(path)


def _read_safetensors(path: Path) -> tuple[Pipeline, tuple[str, ...]]:
    from playground.export.safetensors_file import read

    return read(path)


def _read_json(path: Path) -> tuple[Pipeline, tuple[str, ...]]:
    from playground.export.json_file import read

    return read(path)


def _read_onnx(path: Path) -> tuple[Pipeline, tuple[str, ...]]:
    from playground.export.onnx_reading import read

    return read(path)


def _read_keras(path: Path) -> tuple[Pipeline, tuple[str, ...]]:
    from playground.export.keras_reading import read

    return read(path)


IMPORTERS: tuple[Importer, ...] = (
    Importer("npz", "NumPy arrays", ".npz", _read_npz),
    Importer("safetensors", "safetensors", ".safetensors", _read_safetensors),
    Importer("json", "JSON of the playground", ".json", _read_json),
    Importer("onnx", "ONNX", ".onnx", _read_onnx),
    Importer("keras", "Keras", ".keras", _read_keras, missing=keras_file.missing),
)

_SKLEARN = "save_sklearn of playground.export.sklearn_model, called in your own Python"
_TORCH = "torch.onnx.export, or safetensors.torch.save_file for its state_dict"
PICKLES = {".pkl": _SKLEARN, ".pickle": _SKLEARN, ".joblib": _SKLEARN, ".pt": _TORCH, ".pth": _TORCH}
"""Endings of files that are programs as much as data, and what to save the model with instead."""


def read_model(path: Path) -> Imported:
    """Return the network in a file; BadFileError says why there is none, or what to do instead."""
    suffix = path.suffix.lower()
    if suffix in PICKLES:
        raise BadFileError(
            f"{path.name} is a pickle: to open one is to run whatever program is in it, so it is not opened. "
            f"Save the model with {PICKLES[suffix]}, and open that."
        )
    importer = next((one for one in IMPORTERS if one.suffix == suffix), None)
    if importer is None:
        known = ", ".join(one.suffix for one in IMPORTERS)
        raise BadFileError(f"{path.name} is no network that can be read: its name should end in {known}.")
    missing = importer.missing()
    if missing:
        raise BadFileError(f"{path.name} cannot be read: {missing}")
    return Imported(*importer.read(path))


def holds_network(path: Path) -> bool:
    """Whether a file looks as if there were a trained network in it, even one that will not be opened."""
    suffix = path.suffix.lower()
    if suffix == files.SUFFIX:  # experiments end like that, too
        return files.NETWORK_FORMAT.encode() in _beginning(path)
    return suffix in PICKLES or any(one.suffix == suffix for one in IMPORTERS)


def _beginning(path: Path) -> bytes:
    try:
        with paths.open_plain(path) as file:
            return file.read(4096)
    except OSError:
        return b""
