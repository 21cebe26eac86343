"""Links to TensorFlow Playground: their names, and the experiment that one stands for.

A link holds its choices behind the `#`, as `name=value` pairs joined by `&`, without any quoting. The page
(its src/state.ts) is lenient, and so is this: an unknown name or choice is ignored, numbers are what
JavaScript makes of the text, and whatever is not `false` is true. What cannot be taken over is said in
sentences; what cannot be shown at all is refused with one.
"""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np
from pydantic import ValidationError

from playground.data.linked import LINK_NOISE, LINKED, Linked
from playground.data.split import row_count
from playground.experiment.model import (
    BATCH_SIZE,
    LEARNING_RATE,
    LINK_SEED_LENGTH,
    MAX_LAYERS,
    MAX_UNITS,
    NOISE,
    REGULARIZATION_RATE,
    TRAIN_FRACTION,
    DataSettings,
    Dense,
    Experiment,
    Output,
    TrainingSettings,
)
from playground.experiment.words import first_problem

PAGE = "playground.tensorflow.org"
HIDES = "_hide"
NO_SEED = "0.00000"
"""What stands for the seed in a link without one, for which the page draws another each time."""

ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
"""The activations of hidden layers that a link can name, as they are called there and here."""
REGULARIZERS = {"none": "none", "L1": "l1", "L2": "l2"}
FEATURES = {
    "x": "x1",
    "y": "x2",
    "xSquared": "x1_squared",
    "ySquared": "x2_squared",
    "xTimesY": "x1_x2",
    "sinX": "sin_x1",
    "sinY": "sin_x2",
}
"""The inputs by their names in a link, in the page's order."""
GONE = ("cosX", "cosY")
"""Inputs that links still name and the page has no more."""
NAMES = (
    *("activation", "regularization", "batchSize", "dataset", "regDataset", "learningRate"),
    *("regularizationRate", "noise", "networkShape", "seed", "showTestData", "discretize", "percTrainData"),
    *("x", "y", "xTimesY", "xSquared", "ySquared", "cosX", "sinX", "cosY", "sinY"),
    *("collectStats", "tutorial", "problem", "initZero", "hideText"),
)
"""Every name of a link, in the order in which the page writes them."""

NUMBER = re.compile(r"[+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)
OTHER_BASES = {"x": ("[0-9a-f]+", 16), "o": ("[0-7]+", 8), "b": ("[01]+", 2)}


class LinkError(ValueError):
    """A text that is no link to TensorFlow Playground, or one that cannot be opened; the message says why."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link stands for, and in sentences what of it was not taken over."""

    experiment: Experiment
    notes: tuple[str, ...]
    show_test_points: bool
    discretize: bool


# Reading --------------------------------------------------------------------------------------------------


def is_link(text: str) -> bool:
    """Return whether a text looks like a link to TensorFlow Playground, or like its part from the # on."""
    address, mark, fragment = text.strip().partition("#")
    if re.split("[/?]", address.split("://")[-1])[0] == PAGE:
        return True
    named = any(pair.partition("=")[0] in NAMES for pair in fragment.split("&") if "=" in pair)
    return bool(mark) and named and (not address or "://" in address)


def read(text: str) -> Opened:
    """Return the experiment that a link stands for; LinkError says what is wrong with it."""
    if not is_link(text):
        raise LinkError(
            f"This is no link to TensorFlow Playground: it should begin with https://{PAGE}/# or with #, "
            "and name settings such as activation=tanh."
        )
    link = _Link(_as_a_browser_has_it(text))
    try:
        return link.opened()
    except ValidationError as error:
        raise LinkError(f"The link cannot be opened: {first_problem(error)}") from error


def _as_a_browser_has_it(text: str) -> str:
    """Return what stands behind the # once a browser has quoted what an address cannot hold."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
    fragment = re.sub(r"[\t\r\n]", "", whole).partition("#")[2]
    return quote(fragment, safe="!#$%&'()*+,-./:;=?@[\\]^_{|}~")


def number(text: str) -> float:
    """Return what JavaScript makes of a text without blanks: a number, which may be nan."""
    if NUMBER.fullmatch(text):
        return float(text.replace("Infinity", "inf"))
    digits, base = OTHER_BASES.get(text[1:2].lower(), ("", 0)) if text[:1] == "0" else ("", 0)
    if base and re.fullmatch(digits, text[2:], re.IGNORECASE):
        value = int(text[2:], base)
        return float(value) if value.bit_length() <= 1023 else math.inf
    return math.nan if text else 0.0


class _Link:
    """The pairs of a link, and the notes that reading them leaves."""

    def __init__(self, fragment: str) -> None:
        pairs = [pair.split("=") for pair in fragment.split("&")]
        self._texts = {pair[0]: pair[1] for pair in pairs if len(pair) > 1}
        self._notes: list[str] = []

    def opened(self) -> Opened:
        """Return what the link stands for."""
        linked = self._dataset()
        first = "zeros" if self._is_on("initZero") else "uniform"
        activation = self._choice("activation", ACTIVATIONS, "tanh")
        data = self._data(linked)
        layers = tuple(
            Dense(id=f"layer{place}", units=units, activation=activation, initializer=first)
            for place, units in enumerate(self._shape(), 1)
        )
        output = "linear" if linked.dataset.task == "regression" else "tanh"
        experiment = Experiment(
            name=linked.dataset.label,
            about=f"From a link to TensorFlow Playground with the seed {data.link_seed}.",
            data=data,
            layers=layers,
            output=Output(activation=output, initializer=first),
            training=self._training(),
        )
        self._note_the_rest()
        shows = (self._is_on("showTestData"), self._is_on("discretize"))
        return Opened(experiment, tuple(self._notes), *shows)

    def _dataset(self) -> Linked:
        tasks = {"classification": "dataset", "regression": "regDataset"}
        task = self._choice("problem", tasks, "classification")
        known = {linked.name: linked for linked in LINKED if linked.dataset.task == task}
        return known[self._choice(tasks[task], known, next(iter(known)))]

    def _data(self, linked: Linked) -> DataSettings:
        seed = self._texts.get("seed") or NO_SEED
        if not self._texts.get("seed"):
            self._notes.append(
                "The link names no seed, and TensorFlow Playground then draws one by chance; "
                f"the points and weights here are those of the seed {seed}."
            )
        if len(seed) > LINK_SEED_LENGTH:
            raise LinkError(f"The link's seed is too long: it can have up to {LINK_SEED_LENGTH} characters.")
        samples = linked.dataset.default_samples
        return DataSettings(
            dataset=linked.key,
            samples=samples,
            noise=self._noise() / 100,
            train_fraction=self._train_fraction(samples),
            link_seed=seed,
            features=self._features(),
        )

    def _noise(self) -> float:
        """Return the noise in percent; the page's slider gives way to some that is too large, not to more."""
        noise = self._number("noise", 0.0, (-math.inf, math.inf))
        return 100 * NOISE[1] if noise > 100 * LINK_NOISE else max(0.0, noise)

    def _train_fraction(self, samples: int) -> float:
        percent = self._number("percTrainData", 50.0, (100 * TRAIN_FRACTION[0], 100 * TRAIN_FRACTION[1]))
        trained = math.floor(samples * percent / 100)
        fraction = percent / 100
        return fraction if row_count(samples, fraction, samples - 1) == trained else trained / samples

    def _features(self) -> tuple[str, ...]:
        found = tuple(
            key
            for name, key in FEATURES.items()
            if self._is_on(name, name in ("x", "y")) and self._texts.get(name + HIDES) != "true"
        )
        if not found:
            raise LinkError("The link switches every input off, and a network needs one: set x=true in it.")
        return found

    def _shape(self) -> list[int]:
        """Return the neurons of the hidden layers; the page counts up to a broken number, so rounds it up."""
        text = self._texts.get("networkShape", "4,2")
        names = text.split(",") if text else []
        if len(names) > MAX_LAYERS:
            raise LinkError(
                f"The link asks for {len(names)} hidden layers; there can be at most {MAX_LAYERS} here."
            )
        for name in names:
            if not 0 < number(name) <= MAX_UNITS:
                raise LinkError(
                    f"The link asks for a layer of “{_short(name)}” neurons; "
                    f"there can be from 1 to {MAX_UNITS} here."
                )
        return [math.ceil(number(name)) for name in names]

    def _training(self) -> TrainingSettings:
        # Whether a number of rows can be divided by a batch size does not depend on its sign.
        batch = self._number("batchSize", 10.0, (-BATCH_SIZE[1], BATCH_SIZE[1]))
        whole = max(BATCH_SIZE[0], round(abs(batch)))
        if whole != abs(batch):
            text = _short(self._texts["batchSize"])
            self._notes.append(f"batchSize={text} cannot be a number of rows, so {whole} is used.")
        regularizer = self._choice("regularization", REGULARIZERS, "none")
        return TrainingSettings(
            rule="tensorflow_playground",
            learning_rate=self._number("learningRate", 0.03, LEARNING_RATE),
            batch_size=whole,
            regularizer=REGULARIZERS[regularizer],
            regularization_rate=self._number("regularizationRate", 0.0, REGULARIZATION_RATE),
            precision="float64",
        )

    def _note_the_rest(self) -> None:
        """Say of everything else what becomes of it."""
        for name in GONE:
            if self._is_on(name):
                self._notes.append(f"{name} is no input of TensorFlow Playground any more: it is left out.")
        if self._texts.get("tutorial"):
            name = _short(self._texts["tutorial"])
            self._notes.append(f"The tutorial “{name}” is a part of another page and is not shown here.")
        hidden = [
            name.removesuffix(HIDES)
            for name, text in self._texts.items()
            if name.endswith(HIDES) and text == "true" and name.removesuffix(HIDES) not in FEATURES
        ]
        if hidden:
            self._notes.append(f"The link hides controls, which stay in sight here: {_listed(hidden)}.")
        unknown = [name for name in self._texts if name not in NAMES and not name.endswith(HIDES)]
        if unknown:
            self._notes.append(f"TensorFlow Playground does not know, and ignores: {_listed(unknown)}.")

    def _is_on(self, name: str, default: bool = False) -> bool:
        return self._texts[name] != "false" if self._texts.get(name) else default

    def _choice(self, name: str, known: Collection[str], default: str) -> str:
        text = self._texts.get(name)
        if not text or text in known:
            return text or default
        self._notes.append(f"TensorFlow Playground knows no {name} “{_short(text)}” and takes {default}.")
        return default

    def _number(self, name: str, default: float, limits: tuple[float, float]) -> float:
        text = self._texts.get(name)
        if not text:
            return default
        value = number(text)
        if math.isnan(value):
            self._notes.append(f"{name}={_short(text)} is not a number, so {plain(default)} is used.")
            return default
        nearest = min(max(value, limits[0]), limits[1])
        if nearest != value:
            self._notes.append(f"{name}={_short(text)} is out of range here, so {plain(nearest)} is used.")
        return float(nearest)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _listed(names: list[str]) -> str:
    return _short(", ".join(names))


def plain(value: float) -> str:
    """Return a number as JavaScript writes it, but never in powers of ten."""
    return str(np.format_float_positional(value, trim="-"))
