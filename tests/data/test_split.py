"""What a split promises, over randomly chosen sizes, fractions and classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data.split import folds, split

SIZES = st.integers(2, 400)
FRACTIONS = st.floats(0.0, 1.0)
SEEDS = st.integers(0, 2**31 - 1)


def _classes(n: int, seed: int, k: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, k, n)


@given(SIZES, FRACTIONS, SEEDS, st.integers(0, 8))
def test_that_every_row_is_in_exactly_one_part(n, fraction, seed, k):
    train, test = split(n, fraction, seed, _classes(n, seed, k) if k else None)
    assert sorted([*train.tolist(), *test.tolist()]) == list(range(n))
    assert len(train) >= 1
    assert len(test) >= 1
    assert train.dtype == test.dtype == np.int64


@given(SIZES, FRACTIONS, SEEDS)
def test_that_the_same_seed_gives_the_same_parts(n, fraction, seed):
    for one, two in zip(split(n, fraction, seed), split(n, fraction, seed), strict=True):
        np.testing.assert_array_equal(one, two)


@given(SIZES, FRACTIONS, FRACTIONS, SEEDS, st.integers(0, 8))
def test_that_a_larger_fraction_only_adds_rows_to_the_training_part(n, one, two, seed, k):
    classes = _classes(n, seed, k) if k else None
    small, _ = split(n, min(one, two), seed, classes)
    large, _ = split(n, max(one, two), seed, classes)
    assert set(small.tolist()) <= set(large.tolist())


@given(st.integers(100, 400), st.floats(0.1, 0.9), SEEDS, st.integers(2, 8))
def test_that_both_parts_hold_the_classes_in_proportion(n, fraction, seed, k):
    classes = np.arange(n) % k
    train, _ = split(n, fraction, seed, classes)
    counts = np.bincount(classes[train], minlength=k)
    expected = np.bincount(classes, minlength=k) * len(train) / n
    assert np.abs(counts - expected).max() <= 2


@pytest.mark.parametrize("percent", range(1, 100))
def test_that_the_training_part_is_the_asked_percentage(percent):
    train, test = split(100, percent / 100, 0)
    assert (len(train), len(test)) == (percent, 100 - percent)


def test_that_another_seed_gives_another_split():
    assert not np.array_equal(split(100, 0.5, 1)[0], split(100, 0.5, 2)[0])


def test_that_rows_of_one_class_are_still_chosen_at_random():
    classes = np.repeat([0, 1], 50)
    train, _ = split(100, 0.5, 3, classes)
    assert not np.array_equal(train, np.sort(split(100, 0.5, 4, classes)[0]))
    assert np.bincount(classes[train]).tolist() == [25, 25]


@pytest.mark.parametrize("n", [0, 1])
def test_that_fewer_than_two_rows_are_refused(n):
    with pytest.raises(ValueError, match=f"at least 2 rows .* not {n}"):
        split(n, 0.5, 0)


@pytest.mark.parametrize("fraction", [-0.1, 1.1, float("nan")])
def test_that_a_fraction_out_of_range_is_refused(fraction):
    with pytest.raises(ValueError, match="training share must be between 0 and 1"):
        split(10, fraction, 0)


def test_that_classes_of_another_length_are_refused():
    with pytest.raises(ValueError, match="3 classes were given for 10 rows"):
        split(10, 0.5, 0, np.zeros(3, dtype=np.int64))


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
