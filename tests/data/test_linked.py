"""The rows of a link: those of TensorFlow Playground, number by number, in its order."""

import numpy as np
import pytest

from playground.data.linked import LINK_NOISE, LINKED, linked_sample, linked_split
from playground.data.seedrandom import SeedRandom

every_linked = pytest.mark.parametrize("linked", LINKED, ids=lambda linked: linked.name)

# From the original's functions, run with the seed 0.31415 and 25 % noise: the second row after the shuffle.
SECOND_ROWS = {
    "circle": (1.082824376933726, 3.5484227732335913, 0),
    "xor": (-3.90025803469309, -4.828613591831009, 1),
    "gauss": (-0.03967758751166439, -2.2704263535770526, 0),
    "spiral": (-0.5752089378928247, -0.24690897306757392, 0),
    "reg-plane": (-2.1557149490408762, 1.1583907375919296, -0.2677700087272712),
    "reg-gauss": (-2.1557149490408762, 1.1583907375919296, 0.0),
}


def test_that_the_rows_of_a_known_link_come_out():
    stream = SeedRandom("0.88257")
    sample = linked_sample("circle", 0.0, stream)
    rows = [
        (1.8376830375332145, 1.3106996562633926),
        (-4.339531714111195, 1.5087477669179699),
        (0.015460715311943297, -0.7060454955857902),
    ]
    np.testing.assert_allclose(sample.inputs[:3], rows, rtol=1e-14)
    assert sample.targets[:3].tolist() == [1, 0, 1]
    weights = [0.01506627466832422, -0.3533800684402669, -0.44452585594238664, 0.09914889449271813]
    assert [stream.random() - 0.5 for _ in weights] == weights


@every_linked
def test_that_noisy_rows_are_the_originals(linked):
    sample = linked_sample(linked.key, 0.25, SeedRandom("0.31415"))
    row = (*sample.inputs[1], sample.targets[1])
    np.testing.assert_allclose(row, SECOND_ROWS[linked.name], rtol=1e-12)


@every_linked
def test_that_a_sample_is_whole_sealed_and_the_same_again(linked):
    first, second = (linked_sample(linked.key, LINK_NOISE, SeedRandom("0.5")) for _ in range(2))
    assert len(first) == linked.dataset.default_samples
    assert np.array_equal(first.inputs, second.inputs)
    assert np.array_equal(first.targets, second.targets)
    assert not first.inputs.flags.writeable
    assert len(first.class_names) == (linked.dataset.classes or 0)
    assert first.targets.dtype == (np.int64 if linked.dataset.classes else np.float64)


@every_linked
def test_that_numbers_are_drawn_for_no_noise_as_for_much(linked):
    streams = [SeedRandom("0.5"), SeedRandom("0.5")]
    for noise, stream in zip((0.0, 0.5), streams, strict=True):
        linked_sample(linked.key, noise, stream)
    assert streams[0].random() == streams[1].random()


def test_that_another_data_set_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"'moons'; allowed: circle, xor, .*, multi_gauss"):
        linked_sample("moons", 0.0, SeedRandom("0.5"))


@pytest.mark.parametrize(("n", "fraction", "trained"), [(500, 0.5, 250), (1200, 0.9, 1080), (500, 0.29, 145)])
def test_that_the_first_rows_train(n, fraction, trained):
    parts = linked_split(n, fraction)
    assert parts.train.tolist() == list(range(trained))
    assert parts.test.tolist() == list(range(trained, n))
    assert len(parts.validation) == 0
