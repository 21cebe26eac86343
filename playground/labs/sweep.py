"""What a sweep trains: an experiment many times over, each time with other choices.

A `SweepSpec` is what the file of a sweep says; `points` are the runs it asks for, a `SweepResult` is what
came of one. What can be varied is the table `experiment.variation.THINGS`.
"""

import base64
import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from playground.data import OWN
from playground.data.base import FloatArray
from playground.experiment import edits
from playground.experiment.model import (
    EPOCHS,
    RANDOM_SPLIT,
    SAMPLES,
    SEED,
    VALIDATION_FRACTION,
    Experiment,
    Record,
)
from playground.experiment.prepare import make_sample
from playground.experiment.usual import class_count
from playground.experiment.variation import THINGS, Thing, Value
from playground.tables import by_key

MOST_VARIED = 3
MOST_VALUES = 200
"""Values that one thing may have in a sweep."""
MOST_SEEDS = 50
MOST_RUNS = 10_000
PICTURE = 24
"""Points along one side of the picture of a network's answers."""
IN_VAIN = 100, 5
"""Draws in a row without a new point after which there is hardly one: so many, and more for each found."""

BestBy = Literal["validation_loss", "validation_metric"]


class SweepError(ValueError):
    """A sweep that cannot be made, or not go on; the message says why and what to do."""


def _not_by_test(wanted: Any) -> Any:
    """Refuse to choose by the test rows in words of its own."""
    if isinstance(wanted, str) and wanted.startswith("test"):
        raise ValueError(
            "the best is chosen by the validation rows, never by the test rows, whose score would then be "
            'too good: say "validation_loss" or "validation_metric"'
        )
    return wanted


class Vary(Record):
    """One thing that differs between the runs: a key of `THINGS` with `values`, or a range of numbers.

    A range goes from `low` to `high` in `count` even steps, or in even factors where `scale` is "log"; a
    random sweep draws from all of it.
    """

    key: str
    values: tuple[float | str, ...] = Field((), max_length=MOST_VALUES)
    low: float | None = None
    high: float | None = None
    count: int = Field(5, ge=2, le=MOST_VALUES)
    scale: Literal["linear", "log"] = "linear"

    @property
    def thing(self) -> Thing:
        """What is varied."""
        return by_key(THINGS, self.key, "setting")

    @property
    def is_range(self) -> bool:
        """Whether the values lie anywhere between two limits."""
        return self.low is not None

    @property
    def steps(self) -> tuple[Value, ...]:
        """The values of a grid, in their order."""
        if self.low is None or self.high is None:
            return self.values
        spaced = np.geomspace if self.scale == "log" else np.linspace
        found = [self._fitting(float(value)) for value in spaced(self.low, self.high, self.count)]
        return tuple(dict.fromkeys(found))

    def draw(self, stream: np.random.Generator) -> Value:
        """Return one value by chance."""
        if self.low is None or self.high is None:
            return self.values[int(stream.integers(len(self.values)))]
        low, high = self.low, self.high
        if self.scale == "log":
            return self._fitting(math.exp(stream.uniform(math.log(low), math.log(high))))
        return self._fitting(float(stream.uniform(low, high)))

    def _fitting(self, value: float) -> float:
        """Return a number of the range as the thing takes it: six digits are enough for anybody to read."""
        assert self.low is not None
        assert self.high is not None
        value = float(round(value)) if self.thing.whole else float(f"{value:.6g}")
        return min(max(value, self.low), self.high)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        thing = self.thing
        if (self.low is None) != (self.high is None) or self.is_range == bool(self.values):
            raise ValueError(f"{thing.label} needs values, or a range with low and high")
        for value in self.values:
            _check_value(thing, value)
        if len(set(self.values)) != len(self.values):
            raise ValueError(f"{thing.label} has the same value twice")
        if self.low is not None and self.high is not None:
            _check_value(thing, self.low)
            _check_value(thing, self.high)
            if self.low >= self.high:
                raise ValueError(f"{thing.label} must have a range whose low is below its high")
            if self.scale == "log" and self.low <= 0:
                raise ValueError(f"{thing.label} has no even factors from {self.low:g}: begin above 0")
        return self


def _check_value(thing: Thing, value: Value) -> None:
    """Raise ValueError unless a thing can have a value."""
    if thing.options:
        known = [option.key for option in thing.options]
        if value not in known:
            raise ValueError(f"{thing.label} cannot be {value!r}; there are: {', '.join(known)}")
        return
    low, high = thing.limits
    if isinstance(value, str):
        raise ValueError(f"{thing.label} must be a number, not {value!r}")
    if not low <= value <= high or (thing.whole and not float(value).is_integer()):
        kind = "a whole number" if thing.whole else "a number"
        raise ValueError(f"{thing.label} must be {kind} from {low:g} to {high:g}, not {value:g}")


class Rows(Record):
    """What the runs learn from other than the experiment says, so that small and noisy sets can be swept.

    `train` is how many of the training rows, with the classes in the same proportions; all with None.
    `flipped` is the share of them that get the label of another class; validation and test rows keep theirs.
    """

    train: int | None = Field(None, ge=2, le=SAMPLES[1])
    flipped: float = Field(0.0, ge=0.0, le=0.9)


class SweepSpec(Record):
    """A sweep: what is varied in which experiment, how long each run is, and how the best is chosen.

    `mode` "grid" tries everything with everything, "random" draws `count` points by `seed`. Each point is
    trained with so many `seeds`, from the experiment's own upwards; with `draw_data` they draw the data, too.
    `epochs` and `validation` replace those of the experiment.
    """

    name: str = Field("Sweep", min_length=1, max_length=200)
    about: str = Field("", max_length=4000)
    experiment: Experiment
    vary: tuple[Vary, ...] = Field(min_length=1, max_length=MOST_VARIED)
    mode: Literal["grid", "random"] = "grid"
    count: int = Field(20, ge=1, le=MOST_RUNS)
    seed: int = Field(0, ge=SEED[0], le=SEED[1])
    epochs: int | None = Field(None, ge=EPOCHS[0], le=EPOCHS[1])
    seeds: int = Field(1, ge=1, le=MOST_SEEDS)
    draw_data: bool = False
    best_by: Annotated[BestBy, BeforeValidator(_not_by_test)] = "validation_loss"
    validation: float | None = Field(None, gt=VALIDATION_FRACTION[0], le=VALIDATION_FRACTION[1])
    rows: Rows = Rows()

    @property
    def base(self) -> Experiment:
        """The experiment as it is before anything is varied."""
        experiment = self.experiment.replace(evaluations=())
        if self.epochs is not None:
            experiment = edits.set_epochs(experiment, self.epochs)
        if self.validation is not None:
            experiment = edits.set_data(experiment, validation_fraction=self.validation)
        return experiment

    @property
    def varied(self) -> tuple[str, ...]:
        """The keys of what is varied."""
        return tuple(one.key for one in self.vary)

    @property
    def runs(self) -> int:
        """How many runs there are at most."""
        combinations = math.prod(len(one.steps) for one in self.vary) if self.mode == "grid" else self.count
        return combinations * self.seeds

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if len(set(self.varied)) != len(self.varied):
            raise ValueError("the same thing is varied twice")
        if self.runs > MOST_RUNS:
            raise ValueError(
                f"these are {self.runs:,} runs, and {MOST_RUNS:,} is the most: vary less, or draw at random"
            )
        if "seed" in self.varied and self.seeds > 1:
            raise ValueError('the seed is varied already: leave out "seeds"')
        classes = class_count(self.experiment)
        if self.rows.flipped and not classes:
            raise ValueError("a number to be learnt has no label that could be flipped")
        if not has_validation(self.base):
            raise ValueError(
                "the experiment has no validation rows, by which the best is chosen: give it some, for "
                'example with "validation": 0.2 in the sweep'
            )
        return self


def has_validation(experiment: Experiment) -> bool:
    """Return whether some of the rows are kept for choosing."""
    data = experiment.data
    if data.split == RANDOM_SPLIT or data.dataset == OWN:
        return data.validation_fraction > 0
    return len(make_sample(data, class_count(experiment)).splits[data.split].validation) > 0


# The runs ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """One run: its name within the sweep, what was chosen, its seed, and the experiment that is trained.

    Points with the same `group` differ in their seed alone.
    """

    id: str
    group: int
    values: Mapping[str, Value]
    seed: int
    experiment: Experiment
    rows: Rows


def points(spec: SweepSpec) -> tuple[Point, ...]:
    """Return the runs of a sweep in their order; the same for the same spec.

    Raises SweepError where the experiment cannot have such choices.
    """
    base = spec.base
    found = []
    for group, values in enumerate(combinations(spec)):
        experiment = _applied(base, values)
        for step in range(spec.seeds):
            seed = (experiment.training.seed + step) % (SEED[1] + 1)
            set_seed = edits.set_all_seeds if spec.draw_data else edits.set_seed
            named = {**values, "seed": float(seed)}
            name = " ".join(f"{key}={shown(value)}" for key, value in named.items())
            found.append(Point(name, group, values, seed, set_seed(experiment, seed), spec.rows))
    return tuple(found)


def combinations(spec: SweepSpec) -> tuple[dict[str, Value], ...]:
    """Return what is chosen for each group of runs; fewer than asked for where chance finds no more."""
    if spec.mode == "grid":
        chosen: Iterator[tuple[Value, ...]] = itertools.product(*(one.steps for one in spec.vary))
        return tuple(dict(zip(spec.varied, values, strict=True)) for values in chosen)
    stream = np.random.default_rng(spec.seed)
    found: dict[tuple[Value, ...], None] = {}
    in_vain, (least, for_each) = 0, IN_VAIN
    while len(found) < spec.count and in_vain < least + for_each * len(found):
        before = len(found)
        found[tuple(one.draw(stream) for one in spec.vary)] = None
        in_vain = 0 if len(found) > before else in_vain + 1
    return tuple(dict(zip(spec.varied, values, strict=True)) for values in found)


def _applied(experiment: Experiment, values: Mapping[str, Value]) -> Experiment:
    """Return the experiment with these choices, made in the order of the table: some need others."""
    for thing in THINGS:
        if thing.key in values:
            try:
                experiment = thing.apply(experiment, values[thing.key])
            except edits.EditRefused as error:
                value = shown(values[thing.key])
                raise SweepError(f"{thing.label} cannot be {value} in {experiment.name}: {error}") from error
    return experiment


def shown(value: Value) -> str:
    """Return a value as names and tables have it: no two values alike, since runs are known by it."""
    if isinstance(value, str):
        return value
    short = f"{value:.10g}"
    return short if float(short) == value else repr(value)


# What came of them ------------------------------------------------------------------------------------------

Number = Annotated[
    float,
    BeforeValidator(lambda value: math.nan if value is None else value),
    AfterValidator(lambda value: value if math.isfinite(value) else math.nan),
]
"""A float, nan where it is not finite, for which JSON has null."""


def as_text(answers: FloatArray) -> str:
    """Return a picture (outputs, PICTURE, PICTURE) as results have it, in half precision."""
    largest = float(np.finfo(np.float16).max)
    return base64.b64encode(np.clip(answers, -largest, largest).astype("<f2").tobytes()).decode("ascii")


def _is_picture(size: int) -> bool:
    return size > 0 and size % PICTURE**2 == 0


class SweepResult(BaseModel):
    """What came of one run: losses and metrics of its three parts at its end, nan where it has diverged.

    `picture` is what it answers over the plane of its two inputs, empty for other inputs (`answers`).
    `metric` names the metric. `stopped` says which rule ended it early, `error` why it could not be trained.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    values: dict[str, float | str]
    seed: int
    parameters: int = 0
    epochs: int = 0
    steps: int = 0
    train_loss: Number = math.nan
    validation_loss: Number = math.nan
    test_loss: Number = math.nan
    metric: Literal["accuracy", "r2"] = "accuracy"
    train_metric: Number = math.nan
    validation_metric: Number = math.nan
    test_metric: Number = math.nan
    seconds: float = 0.0
    device: str = ""
    diverged: bool = False
    stopped: str = ""
    error: str = ""
    picture: str = Field("", max_length=100_000)

    @property
    def answers(self) -> FloatArray | None:
        """What the network answered over the plane, (outputs, PICTURE, PICTURE); None without a picture."""
        try:
            found = np.frombuffer(base64.b64decode(self.picture, validate=True), "<f2")
        except ValueError:
            return None
        return found.astype(np.float64).reshape(-1, PICTURE, PICTURE) if _is_picture(found.size) else None

    @property
    def numbers(self) -> tuple[object, ...]:
        """What must be the same wherever and whenever the run is made; nan is None."""
        unlike = {"seconds", "device", "picture"}
        found = self.model_dump(exclude=unlike, mode="python")
        return tuple(
            None if isinstance(one, float) and math.isnan(one) else str(one) for one in found.values()
        )
