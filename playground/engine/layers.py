"""Kinds of layers: what stands between a layer's inputs and its outputs.

A layer's numbers are one block (units, columns) of the network's flat vector, the bias in the first column:

    dense       [b W]                      columns = 1 + inputs
    batch_norm  [beta gamma mean variance] the running mean and variance are kept here too; their gradient
                                           is 0, so that no optimizer moves them
    layer_norm  [beta gamma]
    dropout, skip                          no numbers, no columns
"""

from collections.abc import Callable
from dataclasses import dataclass

from playground.tables import Parameter, by_key


@dataclass(frozen=True, slots=True)
class LayerKind:
    """One kind of layer. `columns(inputs)` is how many numbers each unit has, the last `kept` do not learn.

    `same_width` says that it has as many units as inputs.
    """

    key: str
    label: str
    help: str
    formula: str
    columns: Callable[[int], int]
    same_width: bool = True
    parameters: tuple[Parameter, ...] = ()
    kept: int = 0
    """How many of the columns are running averages, which no gradient moves."""
    start: tuple[float, ...] = ()
    """What each column begins with where no initializer draws it."""


EPSILON = 1e-5
"""What is added to a variance before it divides (Ioffe and Szegedy 2015; the default of PyTorch)."""

LAYERS: tuple[LayerKind, ...] = (
    LayerKind(
        key="dense",
        label="Dense",
        help="Every unit weighs all values that come in, adds its bias and answers through its activation.",
        formula="a = g(W x + b)",
        columns=lambda inputs: 1 + inputs,
        same_width=False,
    ),
    LayerKind(
        key="dropout",
        label="Dropout",
        help="While training, silences a random part of the values at every step, so that no unit relies on "
        "one other alone.",
        formula="a = x m / (1 - p),  m = 0 with probability p, else 1",
        columns=lambda _inputs: 0,
        parameters=(
            Parameter("rate", "Rate", "The part of the values that is silenced at each step.", 0.2, 0.0, 0.9),
        ),
    ),
    LayerKind(
        key="batch_norm",
        label="Batch norm",
        help="Brings each value to mean 0 and spread 1 over the batch, then scales and shifts it by what it "
        "learns.",
        formula="a = γ (x - μ) / √(σ² + ε) + β,  μ and σ² over the batch",
        columns=lambda _inputs: 4,
        parameters=(
            Parameter(
                "momentum",
                "Momentum",
                "How slowly the averages for testing follow the batches.",
                0.9,
                0.0,
                0.999,
            ),
        ),
        kept=2,
        start=(0.0, 1.0, 0.0, 1.0),
    ),
    LayerKind(
        key="layer_norm",
        label="Layer norm",
        help="Brings the values of each example to mean 0 and spread 1 over the units, then scales and "
        "shifts them.",
        formula="a = γ (x - μ) / √(σ² + ε) + β,  μ and σ² over the units",
        columns=lambda _inputs: 2,
        start=(0.0, 1.0),
    ),
    LayerKind(
        key="skip",
        label="Skip",
        help="Adds what came into the layers before it to what comes out, so that they need to learn only "
        "the difference.",
        formula="a = x + what went into the layers it spans",
        columns=lambda _inputs: 0,
        parameters=(
            Parameter("span", "Spans", "How many Dense layers before it are bridged.", 1.0, 1.0, 12.0),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class LayerShape:
    """One layer of a network: how many values go in and come out, and its choices by their keys.

    `parameters` are the kind's parameters in their order. `source` belongs to a skip: the values it adds, 0
    for the network's inputs and l + 1 for what layer l answers.
    """

    inputs: int
    units: int
    activation: str = "linear"
    initializer: str = "zeros"
    kind: str = "dense"
    parameters: tuple[float, ...] = ()
    source: int = 0

    @property
    def columns(self) -> int:
        """Numbers that each unit has."""
        return by_key(LAYERS, self.kind, "kind of layer").columns(self.inputs)

    @property
    def size(self) -> int:
        """Numbers of the whole layer."""
        return self.units * self.columns

    @property
    def trained(self) -> int:
        """How many of them training changes by their gradient."""
        return self.units * (self.columns - by_key(LAYERS, self.kind, "kind of layer").kept)
