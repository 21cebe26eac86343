"""Files of older formats: they open, and stand for the rows that they stood for when they were written."""

import json
from pathlib import Path

import numpy as np
import pytest

from playground.data import DATASETS, Sample
from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.experiment.prepare import make_sample
from playground.experiment.usual import class_count

HERE = Path(__file__).parent
ROWS = json.loads((HERE / "rows_of_format_4.json").read_text(encoding="utf-8"))
"""By data set or formula and noise: rows 0, 1 and 59 of 60 of the seed 5, the first targets, the sums."""
KEYS = [entry.key for entry in DATASETS if not entry.fixed_samples]


def rows_of(experiment: Experiment) -> Sample:
    return make_sample(experiment.data, class_count(experiment))


def require_same(sample: Sample, stored: dict[str, list[float]]) -> None:
    close = {"rtol": 1e-9, "atol": 1e-12}
    np.testing.assert_allclose(sample.inputs[[0, 1, 59]], stored["inputs"], **close)
    np.testing.assert_allclose(sample.targets[:8], stored["targets"], **close)
    sums = [*sample.inputs.sum(axis=0), sample.targets.sum()]
    np.testing.assert_allclose(sums, stored["sums"], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ROWS)
def test_that_the_rows_are_those_of_format_4(name: str) -> None:
    source, noise = name.rsplit(", noise ", 1)
    change = edits.set_dataset if source in KEYS else edits.set_expression
    experiment = change(Experiment(), source)
    experiment = edits.set_data(experiment, samples=60, seed=5, noise=float(noise))
    require_same(rows_of(experiment), ROWS[name])


def test_that_every_generated_data_set_has_stored_rows() -> None:
    assert {name.rsplit(", noise ", 1)[0] for name in ROWS} >= set(KEYS)


def test_that_a_file_of_format_4_opens_with_its_rows() -> None:
    experiment = files.read(HERE / "moons_of_format_4.json")
    assert experiment.data.noise == 0.3
    require_same(rows_of(experiment), ROWS["moons, noise 0.3"])
