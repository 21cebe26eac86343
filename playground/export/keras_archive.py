"""What is in a `.keras` file: a zip of which three entries are looked at, with limits before any is inflated.

The numbers are an HDF5 file. Only plain arrays in that very file are read: a link to another file, or more
numbers than can be in it, are refused.
"""

import io
import json
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from playground.experiment.files import BadFileError, content
from playground.export.foreign import MAX_BYTES, ForeignError
from playground.export.keras_file import CONFIG, DESCRIPTION, METADATA, WEIGHTS

MOST_TEXT = 100_000_000
SPREAD = 1000
"""How many times as large as the file its numbers may be: HDF5 can be compressed."""
H5_ERRORS = (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""What h5py raises at what is malformed."""


@dataclass(frozen=True, slots=True)
class Archive:
    """What stands in the three entries of a file; `description` is ours, empty in files of other programs."""

    config: str
    description: str
    weights: bytes


def opened(path: Path) -> Archive:
    """Return what a file holds; BadFileError when it is no such zip, or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content(path, MAX_BYTES))) as archive:
            names = archive.namelist()
            if CONFIG not in names or WEIGHTS not in names:
                raise BadFileError(f"{path.name} is no model of Keras 3: it lacks {CONFIG} or {WEIGHTS}.")
            texts = [
                _inflated(archive, name, MOST_TEXT, path.name) for name in (CONFIG, METADATA) if name in names
            ]
            weights = _inflated(archive, WEIGHTS, MAX_BYTES, path.name)
        config, metadata = [*(text.decode() for text in texts), "{}"][:2]
        kept = json.loads(metadata)
        ours = kept.get(DESCRIPTION) if isinstance(kept, dict) else None
        description = "" if ours is None else json.dumps(ours)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        OSError,
        LookupError,
        struct.error,
    ):
        raise BadFileError(f"{path.name} is damaged, or is no .keras file.") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, BadFileError):
            raise
        raise BadFileError(f"{path.name} is damaged: what describes it is no JSON.") from None
    return Archive(config, description, weights)


def _inflated(archive: zipfile.ZipFile, name: str, most: int, where: str) -> bytes:
    """Return an entry, of which no more than `most` bytes are ever inflated."""
    if archive.namelist().count(name) > 1 or archive.getinfo(name).flag_bits & 1:
        raise BadFileError(f"{where} has an entry {name} that is encrypted or stands there twice.")
    with archive.open(name) as entry:
        found = entry.read(most + 1)
    if len(found) > most:
        raise BadFileError(f"{where} holds more than {most / 1e6:,.0f} MB in {name}, too much to be opened.")
    return found


# The numbers ------------------------------------------------------------------------------------------------


def layers_of(weights: bytes) -> dict[str, list[npt.NDArray[Any]]]:
    """Return the arrays of every layer by the name that it has among the numbers.

    Attributes are left alone: HDF5's library never comes back from some that are damaged.
    """
    import h5py

    try:
        with h5py.File(io.BytesIO(weights), "r") as file:
            layers = _plain(file, "layers", h5py)
            groups = {place: _plain(_plain(layers, place, h5py), "vars", h5py) for place in list(layers)}
            return {
                place: [
                    _values(_plain(group, str(number), h5py), len(weights)) for number in range(len(group))
                ]
                for place, group in groups.items()
            }
    except ForeignError:
        raise
    except H5_ERRORS as error:
        raise ForeignError(f"is damaged: {WEIGHTS} cannot be read") from error


def _plain(group: Any, name: str, h5py: Any) -> Any:
    """Return what a group holds under a name, which must stand in this very file."""
    if not isinstance(group, h5py.Group) or not isinstance(group.get(name, getlink=True), h5py.HardLink):
        raise ForeignError(f"is damaged: there is no plain “{name}” in {WEIGHTS}")
    return group[name]


def _values(dataset: Any, size: int) -> npt.NDArray[Any]:
    """Return the numbers of a dataset."""
    if dataset.external or dataset.is_virtual or dataset.dtype.kind not in "fiu":
        raise ForeignError("keeps its numbers in another file, or as something else than numbers")
    if dataset.nbytes > SPREAD * size:
        raise ForeignError(f"promises {dataset.nbytes / 1e6:,.0f} MB of numbers, more than can be in it")
    array: npt.NDArray[Any] = dataset[()]
    return array
