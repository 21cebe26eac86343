"""Contract of every data set, over the table: a new entry is tested without being named here."""

import subprocess
import sys

import numpy as np
import pytest

from playground.data import DATASETS, FEATURES, SCALINGS, Dataset, Sample, dataset
from playground.data.base import MAX_CLASSES, MAX_NOISE, MIN_CLASSES, PLANE_COLUMNS

DRAWN = [entry for entry in DATASETS if not entry.fixed_samples]
CLASSIFICATIONS = [entry for entry in DATASETS if entry.task == "classification"]
ADJUSTABLE = [entry for entry in DATASETS if entry.classes_adjustable]


def _id(entry: Dataset) -> str:
    return entry.key


def _make(entry: Dataset, samples: int | None = None, noise: float = 0.0, seed: int = 1) -> Sample:
    count = entry.default_samples if samples is None else samples
    return entry.make(count, noise, entry.classes or 2, np.random.default_rng(seed))


every_dataset = pytest.mark.parametrize("entry", DATASETS, ids=_id)
every_drawn_dataset = pytest.mark.parametrize("entry", DRAWN, ids=_id)


def test_that_the_gallery_has_this_order():
    keys = [entry.key for entry in DATASETS]
    first = ["circle", "xor", "gauss", "spiral", "moons", "rings", "checkerboard", "blobs"]
    measured = ["iris", "wine", "breast_cancer", "digits", "fish_species"]
    assert keys == [*first, *measured, "plane", "multi_gauss", "curve", "fish", "diabetes"]


@pytest.mark.parametrize("table", [DATASETS, FEATURES, SCALINGS], ids=["data sets", "features", "scalings"])
def test_that_keys_differ_and_every_entry_explains_itself(table):
    assert len({entry.key for entry in table}) == len(table)
    for entry in table:
        assert entry.label
        assert entry.help.endswith(".")


@every_dataset
def test_that_it_can_be_looked_up(entry):
    assert dataset(entry.key) is entry


def test_that_an_unknown_key_is_answered_with_the_allowed_ones():
    with pytest.raises(ValueError, match=r"unknown data set 'swiss_roll'; allowed: circle, .*, diabetes"):
        dataset("swiss_roll")


@every_dataset
def test_that_the_record_is_consistent(entry):
    assert (entry.classes is None) == (entry.task == "regression")
    assert (entry.domain is None) == (entry.kind == "table")
    if entry.kind == "plane":
        assert entry.inputs == PLANE_COLUMNS
        assert entry.domain == ((-6.0, 6.0), (-6.0, 6.0))
    if entry.kind == "line":
        assert len(entry.inputs) == 1
    if entry.domain is not None:
        assert len(entry.domain) == len(entry.inputs)
    assert entry.noise_help.endswith(".")


@every_dataset
@pytest.mark.parametrize("noise", [0.0, MAX_NOISE])
def test_that_rows_have_the_promised_shape_and_type(entry, noise):
    sample = _make(entry, noise=noise)
    assert len(sample) == entry.default_samples
    assert sample.inputs.shape == (len(sample), len(entry.inputs))
    assert sample.inputs.dtype == np.float64
    assert sample.targets.shape == (len(sample),)
    assert sample.targets.dtype == (np.int64 if entry.task == "classification" else np.float64)
    assert np.isfinite(sample.inputs).all()
    assert np.isfinite(sample.targets).all()


@every_dataset
def test_that_rows_cannot_be_written_to(entry):
    sample = _make(entry)
    for array in (
        sample.inputs,
        sample.targets,
        *(part for parts in sample.splits.values() for part in parts.all),
    ):
        assert not array.flags.writeable


@every_drawn_dataset
@pytest.mark.parametrize("seed", range(5))
def test_that_points_without_noise_lie_inside_the_plot(entry, seed):
    sample = _make(entry, samples=2000, seed=seed)
    low, high = np.array(entry.domain).T
    assert (sample.inputs >= low).all()
    assert (sample.inputs <= high).all()


@every_dataset
def test_that_the_same_seed_gives_the_same_rows(entry):
    one, two = _make(entry, noise=0.3, seed=7), _make(entry, noise=0.3, seed=7)
    np.testing.assert_array_equal(one.inputs, two.inputs)
    np.testing.assert_array_equal(one.targets, two.targets)


@every_dataset
def test_that_another_seed_gives_other_rows_unless_they_are_fixed(entry):
    one, two = _make(entry, seed=7), _make(entry, seed=8)
    assert np.array_equal(one.inputs, two.inputs) == entry.fixed_samples


@every_drawn_dataset
@pytest.mark.parametrize("samples", [20, 21, 333, 1000])
def test_that_the_asked_number_of_rows_is_drawn(entry, samples):
    assert len(_make(entry, samples=samples)) == samples


@every_drawn_dataset
def test_that_noise_changes_the_rows(entry):
    clean, noisy = _make(entry), _make(entry, noise=0.5)
    same_inputs = np.array_equal(clean.inputs, noisy.inputs)
    assert not (same_inputs and np.array_equal(clean.targets, noisy.targets))


@pytest.mark.parametrize("entry", CLASSIFICATIONS, ids=_id)
@pytest.mark.parametrize("noise", [0.0, MAX_NOISE])
def test_that_every_class_has_a_name_and_appears(entry, noise):
    sample = _make(entry, noise=noise)
    assert len(sample.class_names) == entry.classes
    assert set(sample.targets.tolist()) == set(range(len(sample.class_names)))


@pytest.mark.parametrize("entry", [e for e in CLASSIFICATIONS if e.classes == 2], ids=_id)
@pytest.mark.parametrize("seed", range(5))
def test_that_of_two_classes_neither_is_rare(entry, seed):
    share = _make(entry, seed=seed).targets.mean()
    assert 0.35 <= share <= 0.65


@pytest.mark.parametrize("entry", [e for e in DRAWN if e.classes == 2], ids=_id)
def test_that_two_classes_are_called_negative_and_positive(entry):
    assert _make(entry).class_names == ("negative", "positive")


@pytest.mark.parametrize("entry", [e for e in DRAWN if e.classes is not None], ids=_id)
def test_that_the_rows_are_shuffled(entry):
    starts = _make(entry).targets[:50]
    assert len(set(starts.tolist())) == entry.classes
    changes = np.count_nonzero(np.diff(starts))
    assert 10 <= changes <= 45


@pytest.mark.parametrize("entry", ADJUSTABLE, ids=_id)
@pytest.mark.parametrize("classes", range(MIN_CLASSES, MAX_CLASSES + 1))
def test_that_a_chosen_number_of_classes_is_drawn_in_equal_parts(entry, classes):
    sample = entry.make(401, 0.1, classes, np.random.default_rng(0))
    counts = np.bincount(sample.targets)
    assert len(counts) == len(set(sample.class_names)) == classes
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("entry", ADJUSTABLE, ids=_id)
@pytest.mark.parametrize("classes", [MIN_CLASSES - 1, MAX_CLASSES + 1])
def test_that_an_impossible_number_of_classes_is_refused(entry, classes):
    with pytest.raises(ValueError, match=f"2 to 8 classes, not {classes}"):
        entry.make(400, 0.0, classes, np.random.default_rng(0))


@every_drawn_dataset
@pytest.mark.parametrize("noise", [-0.01, 0.51, float("nan")])
def test_that_noise_out_of_range_is_refused(entry, noise):
    with pytest.raises(ValueError, match=r"noise must be between 0 and 0\.5"):
        _make(entry, noise=noise)


@every_drawn_dataset
def test_that_too_few_rows_are_refused(entry):
    with pytest.raises(ValueError, match="samples are needed, not 1"):
        _make(entry, samples=1)


@pytest.mark.parametrize("entry", [e for e in DATASETS if e.task == "regression"], ids=_id)
def test_that_regression_has_no_class_names_and_varying_targets(entry):
    sample = _make(entry)
    assert sample.class_names == ()
    assert sample.targets.std() > 0.1


@every_dataset
def test_that_the_splits_that_are_promised_are_there_and_their_parts_disjoint(entry):
    sample = _make(entry)
    assert list(sample.splits) == [split.key for split in entry.splits]
    for parts in sample.splits.values():
        rows = np.concatenate(parts.all)
        assert len(parts.train) > 0
        assert len(parts.test) > 0
        assert len(set(rows.tolist())) == len(rows)
        assert set(rows.tolist()) <= set(range(len(sample)))


@every_dataset
def test_that_doubtful_rows_are_there_when_promised_each_with_its_reason(entry):
    doubtful = _make(entry).doubtful
    assert bool(doubtful) == entry.has_doubtful_rows
    for row, reason in doubtful:
        assert 0 <= row < entry.default_samples
        assert reason.endswith(".")


def test_that_a_library_is_loaded_by_the_first_rows_from_it_and_not_before():
    program = "from playground.data import dataset; import numpy as np; iris = dataset('iris'); "
    program += "before = iris.is_ready(); iris.make(150, 0.0, 3, np.random.default_rng(0)); "
    program += "print(before, iris.is_ready())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("key", ["iris", "breast_cancer", "diabetes", "wine"])
def test_that_columns_and_classes_are_named_as_in_the_library(key):
    bunch = getattr(pytest.importorskip("sklearn.datasets"), f"load_{key}")()
    names = [str(name).replace(" (cm)", "").replace("_", " ") for name in bunch.feature_names]
    names = [name.replace("color", "colour").replace(" error", "").lower() for name in names]
    ours = [name.replace("error of ", "").lower() for name in dataset(key).inputs]
    spelt = {"bmi": "bmi", "bp": "blood pressure", "od280/od315 of diluted wines": "od280/od315"}
    assert ours == [spelt.get(name, name) for name in names]
