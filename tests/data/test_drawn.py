"""Shape, balance, jitter, flipped labels, noise on the target: one contract for every generated data set."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import DATASETS, Dataset, dataset
from playground.data.base import Sample
from playground.data.drawn import BALANCE, FLIPPED, Choices, class_counts, draw
from playground.data.expression import CLASSES_EXAMPLE, NUMBER_EXAMPLE, dataset_of_expression
from playground.tables import Parameter

FORMULAS = [dataset_of_expression(text) for text in (CLASSES_EXAMPLE, NUMBER_EXAMPLE)]
DRAWN = [*(entry for entry in DATASETS if not entry.fixed_samples), *FORMULAS]
LABELLED = [entry for entry in DRAWN if entry.task == "classification"]
MEASURED = [entry for entry in DRAWN if entry.task == "regression"]
SHAPES = [(entry, parameter) for entry in DRAWN for parameter in entry.parameters]


def name_of(entry: object) -> str:
    return str(getattr(entry, "key", entry))


def asked(entry: Dataset, **choices: object) -> Choices:
    return replace(Choices(entry.default_samples, classes=entry.classes or 2, seed=4), **choices)


def rows(entry: Dataset, **choices: object) -> Sample:
    return draw(entry, asked(entry, **choices))


def counts_of(entry: Dataset, **choices: object) -> list[int]:
    return np.bincount(rows(entry, **choices).targets).tolist()


every_drawn = pytest.mark.parametrize("entry", DRAWN, ids=name_of)
every_labelled = pytest.mark.parametrize("entry", LABELLED, ids=name_of)
every_measured = pytest.mark.parametrize("entry", MEASURED, ids=name_of)
every_shape = pytest.mark.parametrize(("entry", "parameter"), SHAPES, ids=name_of)


@every_drawn
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_that_the_usual_choices_give_the_rows_of_the_data_set_itself(entry: Dataset, noise: float) -> None:
    plain = entry.make(entry.default_samples, noise, entry.classes or 2, np.random.default_rng([4, 0]))
    usual = {parameter.key: parameter.default for parameter in entry.parameters}
    for sample in (rows(entry, noise=noise), rows(entry, noise=noise, parameters=tuple(usual.items()))):
        np.testing.assert_array_equal(sample.inputs, plain.inputs)
        np.testing.assert_array_equal(sample.targets, plain.targets)


@every_drawn
def test_that_rows_with_everything_asked_for_are_sealed_and_the_same_again(entry: Dataset) -> None:
    everything = {"jitter": 0.2, "flipped": 0.2, "target_noise": 0.2, "balance": 0.3, "noise": 0.1}
    first, second = (rows(entry, samples=200, **everything) for _ in range(2))
    np.testing.assert_array_equal(first.inputs, second.inputs)
    np.testing.assert_array_equal(first.targets, second.targets)
    assert len(first) == 200
    assert first.targets.dtype == (np.int64 if entry.task == "classification" else np.float64)
    assert not first.inputs.flags.writeable
    assert not first.targets.flags.writeable


# Shape --------------------------------------------------------------------------------------------------


@every_shape
def test_that_each_parameter_is_explained_and_its_default_is_within_its_range(
    entry: Dataset, parameter: Parameter
) -> None:
    assert parameter.label
    assert parameter.help.endswith(".")
    assert parameter.minimum < parameter.default < parameter.maximum
    steps = (parameter.default - parameter.minimum) / parameter.step
    assert steps == pytest.approx(round(steps)), "the slider does not stop at the default"


@every_shape
def test_that_each_parameter_moves_points_and_keeps_them_in_the_plot(
    entry: Dataset, parameter: Parameter
) -> None:
    usual = rows(entry)
    for value in (parameter.minimum, parameter.maximum):
        sample = rows(entry, parameters=((parameter.key, value),))
        assert not np.array_equal(sample.inputs, usual.inputs)
        assert len(sample) == len(usual)
        low, high = np.array(entry.domain).T
        inside = ((sample.inputs >= low) & (sample.inputs <= high)).all(axis=1)
        assert inside.mean() > 0.99
        shares = np.bincount(sample.targets) * len(sample.class_names) / len(sample)
        assert 0.7 < shares.min() <= shares.max() < 1.3


@every_shape
def test_that_a_value_out_of_range_is_refused_with_what_is_allowed(
    entry: Dataset, parameter: Parameter
) -> None:
    with pytest.raises(ValueError, match=f"{parameter.label} must be between {parameter.minimum:g} and"):
        rows(entry, parameters=((parameter.key, parameter.maximum + 0.1),))


@every_drawn
def test_that_an_unknown_parameter_is_refused_with_those_there_are(entry: Dataset) -> None:
    known = ", ".join(parameter.key for parameter in entry.parameters) or "none"
    with pytest.raises(ValueError, match=f"no parameter 'colour'; it has: {known}"):
        rows(entry, parameters=(("colour", 1.0),))


@pytest.mark.parametrize(
    ("key", "parameter", "value"), [("rings", "rings", 2.5), ("checkerboard", "squares", 3)]
)
def test_that_there_is_nothing_between_the_steps_of_what_is_counted(
    key: str, parameter: str, value: float
) -> None:
    with pytest.raises(ValueError, match="must be one of 2, "):
        rows(dataset(key), parameters=((parameter, value),))


@pytest.mark.parametrize("turns", [0.5, 1.75, 4.0])
def test_that_the_arms_of_the_spiral_go_round_so_often(turns: float) -> None:
    sample = rows(dataset("spiral"), samples=2000, parameters=(("turns", turns),))
    arm = sample.inputs[sample.targets == 1]
    arm = arm[np.argsort(np.hypot(*arm.T))][1:]  # the middle has no angle
    angle = np.unwrap(np.arctan2(arm[:, 0], arm[:, 1]))
    assert (angle[-1] - angle[0]) / (2 * np.pi) == pytest.approx(turns, rel=0.01)


@pytest.mark.parametrize("rings", [2.0, 3.0, 4.0, 5.0])
def test_that_so_many_rings_are_of_alternating_class_from_outside(rings: float) -> None:
    sample = rows(dataset("rings"), samples=4000, parameters=(("rings", rings), ("width", 0.1)))
    radius = np.hypot(*sample.inputs.T)
    for place, middle in enumerate(np.linspace(5.0, 1.0, int(rings))):
        there = np.abs(radius - middle) < 0.06
        assert there.sum() > 300
        assert set(sample.targets[there].tolist()) == {1 - place % 2}


@pytest.mark.parametrize("squares", [2.0, 4.0, 6.0, 8.0])
def test_that_neighbouring_squares_are_of_another_class(squares: float) -> None:
    sample = rows(dataset("checkerboard"), parameters=(("squares", squares),))
    places = np.floor((sample.inputs + 5.0) / (10.0 / squares)).astype(int)
    assert set(places.ravel().tolist()) == set(range(int(squares)))
    np.testing.assert_array_equal(sample.targets == 1, places.sum(axis=1) % 2 == 0)


# Balance ------------------------------------------------------------------------------------------------


@every_labelled
@pytest.mark.parametrize("samples", [20, 501])
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_that_the_balance_of_two_classes_is_the_share_of_the_first_to_a_row(
    entry: Dataset, samples: int, noise: float
) -> None:
    for balance in (0.1, 0.35, 0.9):
        counts = counts_of(entry, samples=samples, noise=noise, balance=balance, classes=2)
        assert sum(counts) == samples
        assert abs(counts[0] - balance * samples) <= 0.5


@given(
    st.integers(20, 20_000),
    st.integers(2, 8),
    st.floats(*BALANCE),
)
def test_that_every_class_has_rows_and_those_after_the_first_share_evenly(
    samples: int, classes: int, balance: float
) -> None:
    first, *others = class_counts(samples, classes, balance)
    assert first + sum(others) == samples
    assert first >= 1
    assert min(others) >= 1
    assert max(others) - min(others) <= 1
    pair = first / (first + sum(others) / len(others))
    assert pair == pytest.approx(balance, abs=classes / samples)


def test_that_more_classes_keep_their_balance_in_the_rows() -> None:
    assert counts_of(dataset("blobs"), samples=600, classes=5, balance=0.2) == class_counts(600, 5, 0.2)


def test_that_a_little_more_of_a_class_leaves_most_points_in_place() -> None:
    few, more = (rows(dataset("circle"), balance=balance) for balance in (0.3, 0.4))
    kept = {tuple(row) for row in few.inputs} & {tuple(row) for row in more.inputs}
    assert len(kept) == 450


def test_that_a_class_too_rare_for_the_balance_is_named_with_what_to_do() -> None:
    once = replace(dataset("circle"), generate=one_of_a_kind, parameters=())
    with pytest.raises(ValueError, match=r"Circle has too few points of one class .* 90%: bring it nearer"):
        rows(once, balance=0.9)


def one_of_a_kind(samples: int, *_choices: object) -> Sample:
    targets = np.ones(samples, dtype=np.int64)
    targets[0] = 0
    return Sample(np.zeros((samples, 2)), targets, ("negative", "positive"))


# Two kinds of noise -------------------------------------------------------------------------------------


@every_drawn
def test_that_jitter_moves_every_input_by_its_deviation_and_no_label(entry: Dataset) -> None:
    still, moved = (rows(entry, samples=20_000, jitter=jitter) for jitter in (0.0, 0.25))
    by = moved.inputs - still.inputs
    np.testing.assert_allclose(by.std(axis=0), 0.25, rtol=0.03)
    np.testing.assert_allclose(by.mean(axis=0), 0.0, atol=0.01)
    np.testing.assert_array_equal(moved.targets, still.targets)


@every_drawn
def test_that_twice_the_jitter_moves_the_same_points_twice_as_far(entry: Dataset) -> None:
    still, some, more = (rows(entry, jitter=jitter).inputs for jitter in (0.0, 0.2, 0.4))
    np.testing.assert_allclose(more - still, 2.0 * (some - still), atol=1e-12)


@every_labelled
@pytest.mark.parametrize("share", [0.05, 0.2, FLIPPED[1]])
def test_that_exactly_the_asked_share_of_labels_is_another_class(entry: Dataset, share: float) -> None:
    plain, flipped = (rows(entry, flipped=part) for part in (0.0, share))
    assert np.count_nonzero(flipped.targets != plain.targets) == round(share * len(plain))
    np.testing.assert_array_equal(flipped.inputs, plain.inputs)
    assert set(flipped.targets.tolist()) <= set(range(len(plain.class_names)))


@every_labelled
@given(st.floats(*FLIPPED), st.floats(*FLIPPED), st.integers(0, 5))
def test_that_more_flipped_labels_are_those_and_others(
    entry: Dataset, one: float, other: float, seed: int
) -> None:
    plain, few, many = (
        rows(entry, samples=60, seed=seed, flipped=share).targets
        for share in (0.0, min(one, other), max(one, other))
    )
    changed = few != plain
    np.testing.assert_array_equal(many[changed], few[changed])


def test_that_flipped_labels_of_many_classes_are_of_all_the_others() -> None:
    plain, flipped = (rows(dataset("blobs"), classes=4, flipped=share).targets for share in (0.0, 0.5))
    seen = {
        (int(before), int(after)) for before, after in zip(plain, flipped, strict=True) if before != after
    }
    assert len(seen) == 4 * 3


@every_measured
def test_that_noise_on_the_target_is_in_its_standard_deviations(entry: Dataset) -> None:
    plain, noisy = (rows(entry, samples=20_000, target_noise=level) for level in (0.0, 0.4))
    by = noisy.targets - plain.targets
    assert by.std() == pytest.approx(0.4 * plain.targets.std(), rel=0.03)
    np.testing.assert_array_equal(noisy.inputs, plain.inputs)


@every_labelled
def test_that_labels_take_no_noise_of_numbers(entry: Dataset) -> None:
    np.testing.assert_array_equal(rows(entry, target_noise=1.0).targets, rows(entry).targets)


@every_measured
def test_that_numbers_are_neither_flipped_nor_balanced(entry: Dataset) -> None:
    np.testing.assert_array_equal(rows(entry, flipped=0.5, balance=0.2).targets, rows(entry).targets)


@every_drawn
def test_that_each_kind_of_chance_leaves_what_the_others_drew(entry: Dataset) -> None:
    kinds = {"jitter": 0.3, "flipped": 0.3, "target_noise": 0.3}
    plain, together = rows(entry), rows(entry, **kinds)
    np.testing.assert_array_equal(together.inputs, rows(entry, jitter=0.3).inputs)
    np.testing.assert_array_equal(together.targets, rows(entry, flipped=0.3, target_noise=0.3).targets)
    assert not np.array_equal(together.targets, plain.targets)
    assert not np.array_equal(together.inputs, plain.inputs)


@pytest.mark.parametrize("entry", [one for one in DATASETS if one.fixed_samples], ids=name_of)
def test_that_fixed_rows_stay_what_they_are(entry: Dataset) -> None:
    blurred = rows(entry, jitter=1.0, flipped=0.5, target_noise=1.0, balance=0.2)
    np.testing.assert_array_equal(blurred.inputs, rows(entry).inputs)
    np.testing.assert_array_equal(blurred.targets, rows(entry).targets)
