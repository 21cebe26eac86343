"""Reads NumPy archives, our own and those of other programs, without NumPy's pickles.

Nothing is inflated before its size is known, and nothing is made of an array but numbers and texts.
"""

import io
import math
import re
import struct
import tokenize
import zlib
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

import numpy as np
import numpy.typing as npt

from playground.experiment.files import BadFileError, content
from playground.export.arrays import restored
from playground.export.description import read as read_description
from playground.export.foreign import MAX_BYTES
from playground.export.npz import by_layer
from playground.export.pipeline import Pipeline
from playground.export.plain_arrays import TEXTS, pipeline_of, texts_of

MOST_ARRAYS = 10_000

DAMAGES = (
    *(BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, RuntimeError),
    *(ValueError, TypeError, KeyError, IndexError, OverflowError, MemoryError),
    *(SyntaxError, tokenize.TokenError),
)
"""What zipfile and NumPy raise over bytes that are no archive."""

Content = dict[str, npt.NDArray[Any]]


def read(path: Path) -> tuple[Pipeline, tuple[str, ...]]:
    """Return the pipeline in an archive, and notes on what was assumed; BadFileError says why it cannot be.

    What is not ours has to be made of Dense layers; see `plain_arrays`.
    """
    found = arrays_in(path)
    metadata = found.pop("metadata", None)
    if metadata is None or metadata.dtype.kind != "U" or metadata.size != 1:
        texts = {name.lower(): array for name, array in found.items() if _is_text(name, array)}
        left = {name: array for name, array in found.items() if not _is_text(name, array)}
        return pipeline_of(left, {name: _list(array) for name, array in texts.items()}, path.name)
    text = str(metadata.ravel()[0])
    if re.search(r'"version": [123],', text):
        raise BadFileError(
            f"{path.name} is from an older version of the playground, which did not write all that is "
            "needed: open the experiment it came from, and export it again."
        )
    description = read_description(text, path.name)
    return restored(description, by_layer(found, len(description.layers)), path.name), ()


def _is_text(name: str, array: npt.NDArray[Any]) -> bool:
    return name.lower() in TEXTS and array.dtype.kind in "Uiu"


def _list(array: npt.NDArray[Any]) -> tuple[str, ...]:
    """Return the words of an array of texts or whole numbers; a single text may be a list by itself."""
    if array.ndim == 0 and array.dtype.kind == "U":
        return next(iter(texts_of({TEXTS[0]: str(array)}).values()))
    return tuple(map(str, array.ravel().tolist()))


def arrays_in(path: Path) -> Content:
    """Return the arrays of an archive by name; BadFileError names the one that cannot be read."""
    try:
        with ZipFile(io.BytesIO(content(path, MAX_BYTES))) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ARRAYS or sum(entry.file_size for entry in entries) > MAX_BYTES:
                raise BadFileError(f"{path.name} is too large to be a network that can be opened here.")
            return dict(_array(archive, entry, path.name) for entry in entries)
    except DAMAGES as error:
        if isinstance(error, BadFileError):
            raise
        raise BadFileError(f"{path.name} is damaged, or is no archive of NumPy.") from None


def _array(archive: ZipFile, entry: ZipInfo, where: str) -> tuple[str, npt.NDArray[Any]]:
    """Return the name and the array of one entry, once its header and its size agree."""
    name = entry.filename.removesuffix(".npy")
    with archive.open(entry) as file:
        version = np.lib.format.read_magic(file)
        read_header = (
            np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        )
        shape, by_columns, dtype = read_header(file)
        if dtype.hasobject:
            raise BadFileError(
                f"{where} holds “{name}” as Python objects (a pickle), which could run any program and is "
                "not opened. Save it as an array of numbers or texts."
            )
        data = file.read()
    if math.prod(shape) * dtype.itemsize != len(data) or min(shape, default=0) < 0:
        raise BadFileError(f"{where} is damaged: “{name}” is not as long as it says.")
    array = np.frombuffer(data, dtype).reshape(shape, order="F" if by_columns else "C")
    return name, array.astype(dtype.newbyteorder("="))
