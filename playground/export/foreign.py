"""Networks that other programs wrote, brought layer by layer into the kinds of layers that we have.

Other programs put an activation, a scaling or a shift wherever they like; ours has an activation in a Dense
layer alone. `Chain` takes their steps one by one and says the same with our layers: it folds what can be
folded into the weights before, and adds a layer where nothing else does, of which a note tells.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from playground.data.scaling import Scaler
from playground.engine.layers import EPSILON, LayerShape
from playground.experiment.files import BadFileError
from playground.experiment.plan import Encoding
from playground.export.description import check, columns_of, plain_features
from playground.export.pipeline import Pipeline

Array = npt.NDArray[np.float64]

MOST_ADDED = 4_000_000
"""Numbers that layers for an activation alone may add: they have a weight for every pair of units."""
MOST_LAYERS = 100
MOST_NUMBERS = 100_000_000
"""In all layers: a graph may use the same weights many times."""
MOST_COLUMNS = 1_000_000
MAX_BYTES = 1_000_000_000
"""Of a file of a network."""


class ForeignError(ValueError):
    """A step that none of our layers can make; the message is a clause that follows the name of the file."""


@dataclass(slots=True)
class Step:
    """One of our layers in the making: its weights (units, columns) and biases (units,)."""

    shape: LayerShape
    weights: Array
    biases: Array

    @property
    def straight(self) -> bool:
        """Whether it is a Dense layer that has no activation yet."""
        return self.shape.kind == "dense" and self.shape.activation == "linear"


class Chain:
    """Layers that follow each other. A value is known by a number; each step takes one and gives another.

    Only the latest value and those that still stand between two layers can be used again: every other use is
    a branch, which ForeignError names.
    """

    def __init__(self, columns: int) -> None:
        if not 1 <= columns <= MOST_COLUMNS:
            raise ForeignError(f"takes {columns:,} columns, where 1 to {MOST_COLUMNS:,} can be taken")
        self.columns = columns
        self.steps: list[Step] = []
        self.notes: list[str] = []
        self.factor, self.shift = np.ones(columns), np.zeros(columns)
        self._places = {0: 0}
        self.latest = 0
        self._added = 0

    @property
    def width(self) -> int:
        """How many values there are now."""
        return self.steps[-1].shape.units if self.steps else self.columns

    def _changed(self) -> int:
        """Say that the last layer, or the scaling, now gives something else, and return what it gives."""
        here = len(self.steps)
        self._places = {value: place for value, place in self._places.items() if place < here}
        self.latest += 1
        self._places[self.latest] = here
        return self.latest

    @property
    def _size(self) -> int:
        """How many numbers the layers have."""
        return sum(step.weights.size + step.biases.size for step in self.steps)

    def _add(self, kind: str, weights: Array, biases: Array, **changes: object) -> int:
        if len(self.steps) == MOST_LAYERS:
            raise ForeignError(f"would make more than {MOST_LAYERS} layers here, too many to be opened")
        if self._size + weights.size + biases.size > MOST_NUMBERS:
            raise ForeignError(f"would make more than {MOST_NUMBERS:,} numbers here, too many to be opened")
        units = len(biases) if kind == "dense" else self.width
        shape = replace(LayerShape(self.width, units, kind=kind), **changes)  # type: ignore[arg-type]
        self.steps.append(Step(shape, weights, biases))
        return self._changed()

    def _expect(self, value: int) -> None:
        if value != self.latest:
            raise ForeignError("takes an earlier value again, and a network here has no branches but skips")

    def _numbers(self, *arrays: Array) -> tuple[Array, ...]:
        """Return each array with one number for each value."""
        if any(array.size not in (1, self.width) for array in arrays):
            raise ForeignError(f"does not have a number for each of the {self.width} values that come in")
        return tuple(np.array(np.broadcast_to(array.ravel(), (self.width,))) for array in arrays)

    def dense(self, value: int, weights: Array, biases: Array) -> int:
        """Add W x + b, with weights (units, inputs)."""
        self._expect(value)
        if weights.ndim != 2 or weights.shape[1] != self.width or 0 in weights.shape:
            raise ForeignError(f"has weights of shape {weights.shape}, but {self.width} values come in")
        if biases.size not in (1, len(weights)):
            raise ForeignError(f"has {biases.size} biases for {len(weights)} units")
        return self._add("dense", weights, np.array(np.broadcast_to(biases.ravel(), (len(weights),))))

    def affine(self, value: int, factor: Array, shift: Array) -> int:
        """Multiply each value by a factor and shift it; both are one number, or one for each value."""
        self._expect(value)
        factor, shift = self._numbers(factor, shift)
        last = self.steps[-1] if self.steps else None
        if last is None and factor.all():
            self.factor, self.shift = self.factor * factor, self.shift * factor + shift
        elif last is not None and last.straight:
            last.weights, last.biases = last.weights * factor[:, None], last.biases * factor + shift
        elif last is not None and last.shape.kind in ("batch_norm", "layer_norm"):
            gamma = last.weights[:, 0] * factor
            last.weights, last.biases = (
                np.column_stack([gamma, last.weights[:, 1:]]),
                last.biases * factor + shift,
            )
        else:
            return self.batch_norm(value, factor, shift, np.zeros(1), np.ones(1), 0.0)
        return self._changed()

    def batch_norm(
        self, value: int, gamma: Array, beta: Array, mean: Array, variance: Array, epsilon: float
    ) -> int:
        """Add a batch norm; where its epsilon is not ours, gamma makes up for it."""
        self._expect(value)
        gamma, beta, mean, variance = self._numbers(gamma, beta, mean, variance)
        if not (variance >= 0).all() or not (variance + epsilon > 0).all():
            raise ForeignError("has a variance that cannot be divided by")
        gamma = gamma * np.sqrt((variance + EPSILON) / (variance + epsilon))
        return self._add("batch_norm", np.column_stack([gamma, mean, variance]), beta, parameters=(0.9,))

    def layer_norm(self, value: int, gamma: Array, beta: Array, epsilon: float) -> int:
        """Add a layer norm; another epsilon is the same as ours over values that are larger or smaller."""
        self._expect(value)
        if not epsilon > 0:
            raise ForeignError(f"has an epsilon of {epsilon:g}, which should be above 0")
        if not np.isclose(epsilon, EPSILON, rtol=1e-6, atol=0):
            value = self.affine(value, np.array(np.sqrt(EPSILON / epsilon)), np.zeros(1))
        gamma, beta = self._numbers(gamma, beta)
        return self._add("layer_norm", gamma[:, None], beta)

    def dropout(self, value: int, rate: float) -> int:
        """Add a dropout, which does nothing after training."""
        self._expect(value)
        if not 0.0 <= rate < 1.0:
            raise ForeignError(f"silences {rate:g} of the values, which should be from 0 to less than 1")
        return self._add("dropout", np.empty((self.width, 0)), np.empty(0), parameters=(min(rate, 0.9),))

    def skip(self, value: int, other: int) -> int:
        """Add two values, one of which is the latest."""
        if other == self.latest:
            value, other = other, value
        self._expect(value)
        if other not in self._places:
            raise ForeignError("adds a value that no longer stands between two layers here")
        source = self._places[other]
        width = self.steps[source - 1].shape.units if source else self.columns
        if width != self.width:
            raise ForeignError(f"adds {width} values to {self.width}")
        bridged = sum(step.shape.kind == "dense" for step in self.steps[source:])
        nothing = np.empty((self.width, 0)), np.empty(0)
        return self._add("skip", *nothing, parameters=(float(bridged),), source=source)

    def activation(self, value: int, key: str) -> int:
        """Put an activation on the latest value."""
        self._expect(value)
        self._fold_norm()
        if not self.steps or not self.steps[-1].straight:
            self._plain_dense(f"for the activation “{key}”")
        self.steps[-1].shape = replace(self.steps[-1].shape, activation=key)
        return self._changed()

    def _fold_norm(self) -> None:
        """Bring a batch norm into the weights of the Dense layer before it, where it can be."""
        if len(self.steps) < 2 or self.steps[-1].shape.kind != "batch_norm" or not self.steps[-2].straight:
            return
        norm, before = self.steps.pop(), self.steps[-1]
        gamma, mean, variance = norm.weights.T
        factor = gamma / np.sqrt(variance + EPSILON)
        before.biases = factor * (before.biases - mean) + norm.biases
        before.weights = before.weights * factor[:, None]
        self.notes.append(
            f"A batch norm stood between the weights and the activation of layer {len(self.steps)}; "
            "it is part of the weights now."
        )

    def _plain_dense(self, why: str) -> None:
        """Add a Dense layer that passes its values on."""
        given = self._size - self._added
        self._added += self.width * (self.width + 1)
        if self._added > max(MOST_ADDED, 4 * given):
            raise ForeignError(
                f"needs a Dense layer of {self.width:,} units {why}: with such layers the network would be "
                "much larger than it is"
            )
        self._add("dense", np.eye(self.width), np.zeros(self.width))
        self.notes.append(f"Layer {len(self.steps)} was added {why}; it passes every value on.")

    def named(self, what: str, given: tuple[str, ...], count: int) -> tuple[str, ...]:
        """Return names that are given; none, of which a note tells, where they are not for so many things."""
        if len(set(given)) == len(given) == count:
            return given
        if given:
            wrong = "some of them twice" if len(given) == count else f"but it has {count or 'none'}"
            self.notes.append(f"It names {len(given):,} {what}, {wrong}, so these names are left out.")
        return ()

    def _scaler(self, where: str) -> Scaler:
        """Return the scaling of the inputs, (x - mean) / scale."""
        with np.errstate(all="ignore"):
            mean, scale = 0.0 - self.shift / self.factor, 1.0 / self.factor
        if not (np.isfinite(mean).all() and np.isfinite(scale).all() and scale.all()):
            raise BadFileError(f"{where} scales its inputs with numbers that cannot be computed with.")
        return Scaler(mean, scale)

    def pipeline(
        self,
        where: str,
        columns: tuple[str, ...] = (),
        classes: tuple[str, ...] = (),
        precision: str = "float32",
    ) -> Pipeline:
        """Return all of it as a pipeline; BadFileError says what cannot be, naming the file `where`.

        What the network's outputs mean is taken from how many there are, their activation and the classes.
        """
        self._fold_norm()
        if not self.steps or self.steps[-1].shape.kind != "dense":
            self._plain_dense("to end with")
        if any(step.shape.activation == "softmax" for step in self.steps[:-1]):
            raise BadFileError(f"{where} has a softmax before its last layer, where none can be used here.")
        last = self.steps[-1].shape
        encoding = _encoding(last, len(classes))
        count = _classes(last, encoding)
        if encoding == "real" or len(classes) == count:  # others are refused with the rest
            classes = self.named("classes", classes, count)
        names = classes or tuple(f"class {number}" for number in range(1, count + 1))
        columns = self.named("columns", columns, self.columns) or columns_of(self.columns)
        made = Pipeline(
            name=Path(where).stem,
            columns=columns,
            target="target",
            features=plain_features(columns),
            input_scaler=self._scaler(where),
            shapes=tuple(step.shape for step in self.steps),
            weights=tuple(step.weights.astype(precision) for step in self.steps),
            biases=tuple(step.biases.astype(precision) for step in self.steps),
            task="regression" if encoding == "real" else "classification",
            encoding=encoding,
            classes=names,
            target_scaler=Scaler(np.zeros(1), np.ones(1)),
            precision="float64" if precision == "float64" else "float32",
        )
        try:
            check(made)
        except ValueError as error:
            raise BadFileError(f"{where} cannot be used: {str(error).rstrip('.')}.") from error
        self.notes.append(_said(made))
        return made

    def unrounded(self, made: Pipeline) -> Pipeline:
        """Return what `pipeline` gave, with the numbers of its layers in float64 before they were rounded."""
        weights = tuple(step.weights for step in self.steps)
        return replace(made, precision="float64", weights=weights, biases=tuple(s.biases for s in self.steps))


def _encoding(last: LayerShape, classes: int) -> Encoding:
    """Return what the outputs of a last layer mean, given how many classes are named."""
    if last.units > 1:
        return "one_hot"
    if last.activation in ("sigmoid", "hard_sigmoid", "step"):
        return "unit"
    return "signed" if last.activation == "tanh" or classes == 2 else "real"


def _classes(last: LayerShape, encoding: Encoding) -> int:
    if encoding == "real":
        return 0
    return last.units if encoding == "one_hot" else 2


def _said(made: Pipeline) -> str:
    """Return in a sentence what the outputs are taken for."""
    if made.encoding == "real":
        return "Its one output is taken as a number to predict."
    if made.encoding == "one_hot":
        return f"Its {len(made.classes)} outputs are taken as classes: the largest says which it is."
    return f"Its one output is taken as two classes: above {made.threshold:g} means {made.classes[1]}."
