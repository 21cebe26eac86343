"""The fish of lake Längelmävesi: five lengths of 159 fish, their weight and species, with the course's split.

The table is a file in resources/datasets/, where README.md gives its provenance and its two rows known to be
wrong. It is read anew each time (it is small) and refused when it is not the one that was shipped, because
altered copies of it are common.
"""

import csv
import hashlib
import io
from pathlib import Path

import numpy as np

from playground import paths
from playground.data.base import FloatArray, IndexArray, NamedSplit, Parts, Sample, measured

INPUTS = ("Length1", "Length2", "Length3", "Height", "Width")
TARGET = "Weight"
ROWS = 159
SPECIES = ("Bream", "Roach", "Whitefish", "Parkki", "Perch", "Pike", "Smelt")

DOUBTFUL = (
    (13, "The weight is missing in the archive; whoever made the copy in circulation made up 340 g."),
    (40, "The weight is 0 g, as it is in the archive the data come from."),
)
"""Rows that are known to be wrong (README.md beside the table)."""

TABLE_FILE = "fish.csv"
TRAIN_FILE = "course_train_idx.txt"
TEST_FILE = "course_test_idx.txt"
HELD_OUT_FILES = {
    "linear": "course_rs10_validation_idx.txt",
    "network": "course_rs3_validation_idx.txt",
}
"""The training rows that the course holds out for validation, in its lab of either kind of model."""

SHA256 = {
    TABLE_FILE: "ae1f7e85290f9c739a6ebcc0f5f5cfa7437d21122532eb96857bdb10be77f837",
    TRAIN_FILE: "cecc2bf99cfc7ef9abb0c2b166178899e9fbb2d43ac65fd15fad3240d61e1b78",
    TEST_FILE: "f64bd033379f27063873740958de90032abf222352c5aa391510e35c77ed6674",
    HELD_OUT_FILES["linear"]: "58f3f282f487af25e6c5795edfc99ec2c4b213bd006b06b6ed0c0dead9756614",
    HELD_OUT_FILES["network"]: "2e317f33436deb97671f65f14a9d36bcd137868621c7d1b8318a85e9585a8904",
}


SPLITS: tuple[tuple[NamedSplit, str | None], ...] = (
    (NamedSplit("course", "The course's split", "The course's 124 fish to learn from and 31 to test."), None),
    (
        NamedSplit(
            "course_network",
            "The course, networks",
            "The course's lab on networks: 111 fish to learn from, 13 for validation, 31 to test.",
        ),
        "network",
    ),
    (
        NamedSplit(
            "course_linear",
            "The course, linear",
            "The course's lab on linear models: 111 fish to learn from, 13 for validation, 31 to test.",
        ),
        "linear",
    ),
)
"""The course's divisions, each with the lab whose rows it holds out for validation."""


class DataFileError(ValueError):
    """A file of a shipped data set is missing or is not the one that was shipped."""


def read_fish(folder: Path) -> Sample:
    """Read lengths and weight, and the course's split, from `folder`; DataFileError when one was changed."""
    rows = _read_rows(folder)
    splits = {split.key: read_course_split(folder, lab) for split, lab in SPLITS}
    weights = _columns(rows, (TARGET,))[:, 0]
    return Sample(_columns(rows, INPUTS), weights, splits=splits, unit="g", doubtful=DOUBTFUL)


def read_species(folder: Path) -> Sample:
    """Read lengths, weight and species from `folder`; DataFileError when the table was changed."""
    rows = _read_rows(folder)
    species = np.array([SPECIES.index(row["Species"]) for row in rows], dtype=np.int64)
    return Sample(_columns(rows, (*INPUTS, TARGET)), species, SPECIES, doubtful=DOUBTFUL)


def read_course_split(folder: Path, lab: str | None = None) -> Parts:
    """Return the course's rows for training, validation and test, in the order of its files.

    `lab` is a key of `HELD_OUT_FILES`; without one no training row is held out for validation. Raises
    DataFileError when a file was changed.
    """
    train, test = _read_indices(folder, TRAIN_FILE), _read_indices(folder, TEST_FILE)
    held_out = train[:0] if lab is None else _read_indices(folder, HELD_OUT_FILES[lab])
    return Parts(train[~np.isin(train, held_out)], held_out, test)


def _read_rows(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_read(folder, TABLE_FILE))))


def _columns(rows: list[dict[str, str]], names: tuple[str, ...]) -> FloatArray:
    return np.array([[float(row[name]) for name in names] for row in rows], dtype=np.float64)


def _read_indices(folder: Path, name: str) -> IndexArray:
    """Return the row numbers in the file: rows of the table from 0, the header not counted."""
    return np.array([int(line) for line in _read(folder, name).split()], dtype=np.int64)


def _read(folder: Path, name: str) -> str:
    path = folder / name
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataFileError(f"The data file {path} could not be read: {error.strerror}.") from error
    # A checkout on Windows may have changed the line ends; the data are the same.
    raw = raw.replace(b"\r\n", b"\n")
    found = hashlib.sha256(raw).hexdigest()
    if found != SHA256[name]:
        raise DataFileError(
            f"The data file {path} is not the one that came with the playground: its SHA-256 sum is {found}, "
            f"not {SHA256[name]}. Put the original file back or install the program again."
        )
    return raw.decode("utf-8")


def _fish(_samples: int, _noise: float, _classes: int, _rng: np.random.Generator) -> Sample:
    return read_fish(paths.resources() / "datasets")


def _fish_species(_samples: int, _noise: float, _classes: int, _rng: np.random.Generator) -> Sample:
    return read_species(paths.resources() / "datasets")


FISH = measured(
    key="fish",
    label="Fish",
    help="Five lengths of 159 real fish and their weight: standardised, three ReLU layers learn it.",
    task="regression",
    inputs=INPUTS,
    target=TARGET,
    default_samples=ROWS,
    generate=_fish,
    splits=tuple(split for split, _ in SPLITS),
    has_doubtful_rows=True,
)

FISH_SPECIES = measured(
    key="fish_species",
    label="Species",
    help="Which of seven species a fish is, by five lengths and its weight: take logarithms and whiten them.",
    task="classification",
    inputs=(*INPUTS, TARGET),
    target="Species",
    default_samples=ROWS,
    generate=_fish_species,
    classes=len(SPECIES),
    has_doubtful_rows=True,
)
