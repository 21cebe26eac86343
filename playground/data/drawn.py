"""Draws the rows of a generated data set as asked for: its shape, its balance, and two kinds of noise.

The noise that a data set has of its own may move points or change labels. The two kinds here are the same for
all of them and apart: one moves points that have their label already, the other changes labels and moves no
point. Each takes its chance from a stream of its own, so that changing one of them leaves all else in place.
"""

from dataclasses import dataclass, replace

import numpy as np

from playground.data.base import Dataset, IndexArray, Sample, sealed

JITTER = (0.0, 1.0)
FLIPPED = (0.0, 0.5)
TARGET_NOISE = (0.0, 1.0)
BALANCE = (0.1, 0.9)
EVEN = 0.5
"""The balance with which classes are as a data set has them."""

MOST_DRAWN = 128
"""How often as many rows as wanted are drawn at most, to find enough of a rare class."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What is asked of a generated data set.

    `noise` is the data set's own. `jitter` is the standard deviation of what is added to every input.
    `flipped` is the share of the rows that get the label of another class, `target_noise` the standard
    deviation of what is added to a target, in standard deviations of the targets. `balance` is the share of
    the first of two classes; of more, the share of the first among it and any other one. `parameters` are
    those of the shape that differ from their defaults.
    """

    samples: int
    noise: float = 0.0
    classes: int = 2
    seed: int = 0
    jitter: float = 0.0
    flipped: float = 0.0
    target_noise: float = 0.0
    balance: float = EVEN
    parameters: tuple[tuple[str, float], ...] = ()


def draw(dataset: Dataset, choices: Choices) -> Sample:
    """Return the rows that are asked for; the same choices always give the same rows.

    Raises ValueError when a choice is out of range, or a class too rare for the balance.
    """
    sample = _balanced(dataset, choices)
    if dataset.fixed_samples:
        return sample
    inputs, targets = sample.inputs, sample.targets
    if choices.jitter:
        inputs = inputs + choices.jitter * _stream(choices, 1).standard_normal(inputs.shape)
    if sample.class_names and choices.flipped:
        targets = _flipped(targets.astype(np.int64), len(sample.class_names), choices)
    if not sample.class_names and choices.target_noise:
        deviation = choices.target_noise * targets.std()
        targets = targets + deviation * _stream(choices, 3).standard_normal(len(targets))
    return sealed(replace(sample, inputs=inputs, targets=targets))


def _stream(choices: Choices, kind: int) -> np.random.Generator:
    return np.random.default_rng([choices.seed, kind])


def _plain(dataset: Dataset, choices: Choices, samples: int) -> Sample:
    parameters = dict(choices.parameters)
    return dataset.make(samples, choices.noise, choices.classes, _stream(choices, 0), parameters)


def _balanced(dataset: Dataset, choices: Choices) -> Sample:
    """Return rows with the wanted balance: the first so many of each class among more than are wanted."""
    sample = _plain(dataset, choices, choices.samples)
    if dataset.fixed_samples or not sample.class_names or choices.balance == EVEN:
        return sample
    wanted = class_counts(choices.samples, len(sample.class_names), choices.balance)
    times = 2
    while times <= MOST_DRAWN:
        sample = _plain(dataset, choices, times * choices.samples)
        found = [np.flatnonzero(sample.targets == label) for label in range(len(wanted))]
        if all(len(rows) >= count for rows, count in zip(found, wanted, strict=True)):
            kept = [rows[:count] for rows, count in zip(found, wanted, strict=True)]
            rows = np.sort(np.concatenate(kept))
            return replace(sample, inputs=sample.inputs[rows], targets=sample.targets[rows])
        times *= 2
    raise ValueError(
        f"{dataset.label} has too few points of one class for a class balance of {choices.balance:.0%}: "
        "bring it nearer to 50%."
    )


def class_counts(samples: int, classes: int, balance: float) -> list[int]:
    """Return how many rows of each class there are with a balance; each class has one at least."""
    others = classes - 1
    share = balance / (balance + others * (1.0 - balance))
    first = min(max(round(samples * share), 1), samples - others)
    each, left = divmod(samples - first, others)
    return [first, *(each + (index < left) for index in range(others))]


def _flipped(labels: IndexArray, classes: int, choices: Choices) -> IndexArray:
    """Return labels of which so many are another class's; more of them are those and others."""
    stream = _stream(choices, 2)
    order = stream.permutation(len(labels))
    others = (labels + stream.integers(1, classes, len(labels))) % classes
    rows = order[: round(choices.flipped * len(labels))]
    changed = labels.copy()
    changed[rows] = others[rows]
    return changed
