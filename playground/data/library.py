"""Real data sets that come with scikit-learn, which is imported when one of them is asked for.

That import takes a second or two, so whoever has a window asks `is_loaded` first and lets a thread do it.
"""

import sys
from functools import partial

import numpy as np

from playground.data.base import Sample, measured

MODULE = "sklearn.datasets"

IRIS_COLUMNS = ("sepal length", "sepal width", "petal length", "petal width")
WINE_COLUMNS = (
    "alcohol",
    "malic acid",
    "ash",
    "alcalinity of ash",
    "magnesium",
    "total phenols",
    "flavanoids",
    "nonflavanoid phenols",
    "proanthocyanins",
    "colour intensity",
    "hue",
    "OD280/OD315",
    "proline",
)
CELL_PROPERTIES = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
CELL_COLUMNS = tuple(f"{kind} {name}" for kind in ("mean", "error of", "worst") for name in CELL_PROPERTIES)
DIABETES_COLUMNS = ("age", "sex", "BMI", "blood pressure", "s1", "s2", "s3", "s4", "s5", "s6")
PIXELS = tuple(f"pixel {row},{column}" for row in range(8) for column in range(8))

WINE_CLASSES = ("grower 1", "grower 2", "grower 3")
DIGITS = tuple(str(digit) for digit in range(10))


def is_loaded() -> bool:
    """Return whether the library is there already, so that rows come at once."""
    return MODULE in sys.modules


def _rows(
    name: str,
    class_names: tuple[str, ...],
    _samples: int,
    _noise: float,
    _classes: int,
    _rng: np.random.Generator,
    **options: bool,
) -> Sample:
    """Return the rows of the library's set called `name`."""
    from sklearn import datasets

    inputs, targets = getattr(datasets, f"load_{name}")(return_X_y=True, **options)
    kind = np.int64 if class_names else np.float64
    return Sample(inputs.astype(np.float64), targets.astype(kind), class_names)


IRIS = measured(
    key="iris",
    label="Iris",
    help="Four lengths of 150 irises of three species (Fisher 1936): one species stands apart, two touch.",
    task="classification",
    inputs=IRIS_COLUMNS,
    target="species",
    default_samples=150,
    generate=partial(_rows, "iris", ("setosa", "versicolor", "virginica")),
    classes=3,
    is_ready=is_loaded,
)

WINE = measured(
    key="wine",
    label="Wine",
    help="Thirteen measurements of 178 Italian wines by three growers: easy once the columns are scaled.",
    task="classification",
    inputs=WINE_COLUMNS,
    target="grower",
    default_samples=178,
    generate=partial(_rows, "wine", WINE_CLASSES),
    classes=3,
    is_ready=is_loaded,
)

BREAST_CANCER = measured(
    key="breast_cancer",
    label="Cancer",
    help="Thirty figures of cell nuclei from 569 breast tumours (Wisconsin 1995): malignant or benign.",
    task="classification",
    inputs=CELL_COLUMNS,
    target="diagnosis",
    default_samples=569,
    generate=partial(_rows, "breast_cancer", ("malignant", "benign")),
    classes=2,
    is_ready=is_loaded,
)

DIGITS_SET = measured(
    key="digits",
    label="Digits",
    help="1,797 handwritten digits as 8 × 8 pixels of 0 to 16: a hidden layer of 64 gets 97 % right.",
    task="classification",
    inputs=PIXELS,
    target="digit",
    default_samples=1797,
    generate=partial(_rows, "digits", DIGITS),
    classes=10,
    is_ready=is_loaded,
)

DIABETES = measured(
    key="diabetes",
    label="Diabetes",
    help="Ten figures of 442 patients and how their diabetes went on a year later: little can be foretold.",
    task="regression",
    inputs=DIABETES_COLUMNS,
    target="progression",
    default_samples=442,
    generate=partial(_rows, "diabetes", (), scaled=False),
    is_ready=is_loaded,
)
