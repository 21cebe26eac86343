"""Data sets as pure functions, and what is done to rows before a network sees them.

Class 0 is the negative class (label -1), class 1 the positive one (+1). Splitting is in
`playground.data.split`.
"""

from playground.data.base import Dataset, NamedSplit, Parts, Sample
from playground.data.curve import CURVE
from playground.data.expression import EXPRESSION, dataset_of_expression
from playground.data.features import FEATURES, Feature, design_matrix, features_for, own_feature
from playground.data.fish import FISH, FISH_SPECIES, DataFileError
from playground.data.library import BREAST_CANCER, DIABETES, DIGITS_SET, IRIS, WINE
from playground.data.scaling import SCALINGS, Scaler, Scaling
from playground.data.shapes import BLOBS, CHECKERBOARD, MOONS, RINGS
from playground.data.table import OWN, Table, dataset_of
from playground.data.tensorflow_classification import CIRCLE, GAUSS, SPIRAL, XOR
from playground.data.tensorflow_regression import MULTI_GAUSS, PLANE
from playground.tables import by_key

DATASETS: tuple[Dataset, ...] = (
    CIRCLE,
    XOR,
    GAUSS,
    SPIRAL,
    MOONS,
    RINGS,
    CHECKERBOARD,
    BLOBS,
    IRIS,
    WINE,
    BREAST_CANCER,
    DIGITS_SET,
    FISH_SPECIES,
    PLANE,
    MULTI_GAUSS,
    CURVE,
    FISH,
    DIABETES,
)


def dataset(key: str) -> Dataset:
    """Return the data set called `key`; ValueError naming the allowed ones when there is none."""
    return by_key(DATASETS, key, "data set")


__all__ = [
    "DATASETS",
    "EXPRESSION",
    "FEATURES",
    "OWN",
    "SCALINGS",
    "DataFileError",
    "Dataset",
    "Feature",
    "NamedSplit",
    "Parts",
    "Sample",
    "Scaler",
    "Scaling",
    "Table",
    "dataset",
    "dataset_of",
    "dataset_of_expression",
    "design_matrix",
    "features_for",
    "own_feature",
]
