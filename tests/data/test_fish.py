"""The shipped table: its known facts, and that no other copy is taken for it."""

import csv
import hashlib
import shutil

import numpy as np
import pytest

from playground import paths
from playground.data import DataFileError, Sample, dataset
from playground.data.fish import HELD_OUT_FILES, INPUTS, SHA256, read_course_split, read_fish


@pytest.fixture
def folder():
    return paths.resources() / "datasets"


@pytest.fixture
def fish() -> Sample:
    return dataset("fish").make(159, 0.0, 2, np.random.default_rng(0))


@pytest.fixture
def copied(tmp_path, folder):
    for name in SHA256:
        shutil.copy(folder / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", SHA256)
def test_that_the_readme_names_the_sum_of_the_file_beside_it(folder, name):
    found = hashlib.sha256((folder / name).read_bytes().replace(b"\r\n", b"\n")).hexdigest()
    assert f"`{name}`" in (folder / "README.md").read_text(encoding="utf-8")
    assert found in (folder / "README.md").read_text(encoding="utf-8")


def test_that_the_table_has_its_known_figures(fish):
    assert fish.inputs.shape == (159, 5)
    assert fish.unit == "g"
    assert fish.targets.mean() == pytest.approx(398.326, abs=5e-4)
    assert fish.targets.std(ddof=1) == pytest.approx(357.978, abs=5e-4)
    assert (fish.targets.min(), fish.targets.max()) == (0, 1650)


def test_that_every_fish_grows_longer_towards_its_tail(fish):
    assert dataset("fish").inputs == INPUTS == ("Length1", "Length2", "Length3", "Height", "Width")
    length1, length2, length3 = fish.inputs[:, :3].T
    assert (length1 < length2).all()
    assert (length2 < length3).all()


def test_that_the_species_are_as_many_as_were_caught(folder):
    with (folder / "fish.csv").open(newline="", encoding="utf-8") as file:
        species = [row["Species"] for row in csv.DictReader(file)]
    counts = {name: species.count(name) for name in dict.fromkeys(species)}
    assert sorted(counts.values()) == [6, 11, 14, 17, 20, 35, 56]
    assert (counts["Perch"], counts["Whitefish"]) == (56, 6)


def test_that_the_two_wrong_rows_are_where_the_readme_says(fish):
    assert np.flatnonzero(fish.targets == 0).tolist() == [40]
    np.testing.assert_array_equal(fish.inputs[40, :3], [19, 20.5, 22.8])
    assert fish.targets[13] == 340
    np.testing.assert_array_equal(fish.inputs[13, :3], [29.5, 32, 37.3])


def test_that_the_split_is_the_courses(fish):
    parts = fish.splits["course"]
    train, test = parts.train, parts.test
    assert len(parts.validation) == 0
    assert (len(train), len(test)) == (124, 31)
    assert set(range(159)) - set(train.tolist()) - set(test.tolist()) == {0, 143, 144, 145}
    # The course's training file has the fish of weight 0 in its row 24; its test file begins with 820 g.
    assert train[24] == 40
    assert fish.targets[test[0]] == 820


def test_that_asking_for_other_samples_or_noise_changes_nothing(fish):
    other = dataset("fish").make(20, 0.5, 2, np.random.default_rng(1))
    np.testing.assert_array_equal(other.inputs, fish.inputs)
    np.testing.assert_array_equal(other.targets, fish.targets)


def read_everything(folder):
    read_fish(folder)
    for lab in HELD_OUT_FILES:
        read_course_split(folder, lab)


@pytest.mark.parametrize("name", SHA256)
def test_that_a_changed_file_is_refused_by_name(copied, name):
    path = copied / name
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    with pytest.raises(DataFileError, match="is not the one that came with the playground") as caught:
        read_everything(copied)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", SHA256)
def test_that_a_missing_file_is_reported_by_name(copied, name):
    (copied / name).unlink()
    with pytest.raises(DataFileError, match="could not be read") as caught:
        read_everything(copied)
    assert str(copied / name) in str(caught.value)


def test_that_windows_line_ends_are_no_change(copied, fish):
    path = copied / "fish.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    np.testing.assert_array_equal(read_fish(copied).targets, fish.targets)


def test_that_the_species_go_with_the_same_fish(folder, fish):
    species = dataset("fish_species").make(159, 0.0, 7, np.random.default_rng(0))
    np.testing.assert_array_equal(species.inputs[:, :5], fish.inputs)
    np.testing.assert_array_equal(species.inputs[:, 5], fish.targets)
    counts = np.bincount(species.targets).tolist()
    found = dict(zip(species.class_names, counts, strict=True))
    assert found["Perch"] == 56
    assert found["Whitefish"] == 6


def test_that_the_two_doubtful_rows_are_the_ones_the_readme_names(fish):
    assert [row for row, _ in fish.doubtful] == [13, 40]
    assert fish.targets[[13, 40]].tolist() == [340, 0]
