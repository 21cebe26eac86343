"""What a split promises, over randomly chosen sizes, fractions and classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import Parts
from playground.data.split import folds, split

SIZES = st.integers(3, 400)
FRACTIONS = st.floats(0.0, 1.0)
SHARES = st.sampled_from([0.0, 0.1, 0.25, 0.5])
SEEDS = st.integers(0, 2**31 - 1)


def _classes(n: int, seed: int, k: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, k, n)


def _split(n, fraction, seed, k, validation=0.0) -> Parts:
    fraction = min(fraction, 1.0 - validation)
    return split(n, fraction, seed, _classes(n, seed, k) if k else None, validation)


@given(SIZES, FRACTIONS, SEEDS, st.integers(0, 8), SHARES)
def test_that_every_row_is_in_exactly_one_part(n, fraction, seed, k, validation):
    parts = _split(n, fraction, seed, k, validation)
    assert sorted(np.concatenate(parts.all).tolist()) == list(range(n))
    assert len(parts.train) >= 1
    assert len(parts.test) >= 1
    assert (len(parts.validation) >= 1) == (validation > 0)
    assert all(part.dtype == np.int64 for part in parts.all)
    assert all((np.diff(part) > 0).all() for part in parts.all)


@given(SIZES, FRACTIONS, SEEDS, SHARES)
def test_that_the_same_seed_gives_the_same_parts(n, fraction, seed, validation):
    one, two = (_split(n, fraction, seed, 0, validation) for _ in range(2))
    for first, second in zip(one.all, two.all, strict=True):
        np.testing.assert_array_equal(first, second)


@given(SIZES, FRACTIONS, FRACTIONS, SEEDS, st.integers(0, 8), SHARES)
def test_that_a_larger_fraction_only_adds_rows_to_the_training_part(n, one, two, seed, k, validation):
    small = _split(n, min(one, two), seed, k, validation).train
    large = _split(n, max(one, two), seed, k, validation).train
    assert set(small.tolist()) <= set(large.tolist())


@given(SIZES, FRACTIONS, SEEDS, st.integers(0, 8))
def test_that_a_validation_part_takes_no_row_from_the_training(n, fraction, seed, k):
    with_it, without = (_split(n, fraction * 0.8, seed, k, validation) for validation in (0.2, 0.0))
    assert set(with_it.train.tolist()) <= set(without.train.tolist())
    assert len(without.train) - len(with_it.train) <= 1  # the last row, where there are no more


@given(st.integers(100, 400), st.floats(0.1, 0.7), SEEDS, st.integers(2, 8), st.sampled_from([0.0, 0.2]))
def test_that_all_parts_hold_the_classes_in_proportion(n, fraction, seed, k, validation):
    classes = np.arange(n) % k
    parts = split(n, fraction, seed, classes, validation)
    for part in parts.all:
        counts = np.bincount(classes[part], minlength=k)
        expected = np.bincount(classes, minlength=k) * len(part) / n
        assert np.abs(counts - expected).max() <= 2


@pytest.mark.parametrize("percent", range(1, 100))
def test_that_the_training_part_is_the_asked_percentage(percent):
    parts = split(100, percent / 100, 0)
    assert [len(part) for part in parts.all] == [percent, 0, 100 - percent]


def test_that_the_validation_part_is_the_asked_percentage():
    parts = split(1000, 0.57, 0, None, 0.29)
    assert [len(part) for part in parts.all] == [570, 290, 140]


def test_that_another_seed_gives_another_split():
    assert not np.array_equal(split(100, 0.5, 1).train, split(100, 0.5, 2).train)


def test_that_rows_of_one_class_are_still_chosen_at_random():
    classes = np.repeat([0, 1], 50)
    train = split(100, 0.5, 3, classes).train
    assert not np.array_equal(train, split(100, 0.5, 4, classes).train)
    assert np.bincount(classes[train]).tolist() == [25, 25]


@pytest.mark.parametrize("n", [0, 1])
def test_that_fewer_rows_than_parts_are_refused(n):
    with pytest.raises(ValueError, match=f"at least 2 rows .* not {n}"):
        split(n, 0.5, 0)
    with pytest.raises(ValueError, match=r"at least 3 rows .* not 2"):
        split(2, 0.5, 0, None, 0.2)


@pytest.mark.parametrize("fraction", [-0.1, 1.1, float("nan")])
def test_that_a_fraction_out_of_range_is_refused(fraction):
    with pytest.raises(ValueError, match="training share must be between 0 and 1"):
        split(10, fraction, 0)


@pytest.mark.parametrize("share", [-0.1, 0.6, float("nan")])
def test_that_a_validation_share_without_room_is_refused(share):
    with pytest.raises(ValueError, match="no room for a validation share"):
        split(10, 0.5, 0, None, share)


def test_that_classes_of_another_length_are_refused():
    with pytest.raises(ValueError, match="3 classes were given for 10 rows"):
        split(10, 0.5, 0, np.zeros(3, dtype=np.int64))


def test_that_parts_name_their_rows():
    parts = Parts(np.array([0, 3]), np.array([1]), np.array([4]))
    assert [parts.name_of(row) for row in range(5)] == [
        "training",
        "validation",
        "left out",
        "training",
        "test",
    ]
    assert [part.tolist() for part in parts.without([3, 4]).all] == [[0], [1], []]


@given(SIZES, st.integers(2, 20), SEEDS, st.integers(0, 8))
def test_that_folds_hold_each_row_once_and_are_equally_large(n, count, seed, k):
    count = min(count, n)
    found = folds(n, count, seed, _classes(n, seed, k) if k else None)
    assert sorted(np.concatenate(found).tolist()) == list(range(n))
    assert len(found) == count
    assert {len(fold) for fold in found} <= {n // count, n // count + 1}


@given(SIZES, st.integers(2, 20), SEEDS, st.integers(1, 8))
def test_that_every_fold_has_its_share_of_each_class(n, count, seed, k):
    classes = _classes(n, seed, k)
    counts = np.array(
        [np.bincount(classes[fold], minlength=k) for fold in folds(n, min(count, n), seed, classes)]
    )
    assert np.ptp(counts, axis=0).max() <= 1


def test_that_another_seed_deals_other_folds_and_the_same_seed_the_same():
    assert np.array_equal(folds(100, 5, 1)[0], folds(100, 5, 1)[0])
    assert not np.array_equal(folds(100, 5, 1)[0], folds(100, 5, 2)[0])


@pytest.mark.parametrize("count", [0, 1, 11])
def test_that_a_number_of_folds_that_makes_no_sense_is_refused(count):
    with pytest.raises(ValueError, match="10 rows make 2 to 10 folds"):
        folds(10, count, 0)
