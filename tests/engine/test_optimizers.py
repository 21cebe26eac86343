"""Contract of every optimizer, over the table and over the backends."""

import math

import numpy as np
import pytest
from engine_cases import every_backend, numpy_backend, over

from playground.engine.optimizers import OPTIMIZERS
from playground.engine.tables import by_key

TARGET = np.array([1.0, -2.0, 0.5])
CURVATURE = np.array([0.5, 1.0, 2.0])
every_optimizer = over(OPTIMIZERS, "optimizer")


def _walk(made, backend, w, steps, learning_rate=0.05):
    """Take steps down the bowl 1/2 Σ c (w - t)²; the gradient is computed on the host."""
    for _ in range(steps):
        gradient = CURVATURE * (backend.to_host(w) - TARGET)
        made.update(w, backend.asarray(gradient, "float64"), learning_rate)
    return backend.to_host(w)


@every_backend
@every_optimizer
def test_that_it_finds_the_bottom_of_a_bowl(make, optimizer):
    backend = make()
    made = optimizer(backend, 3, "float64")
    w = _walk(made, backend, backend.asarray(np.zeros(3), "float64"), 1500)
    np.testing.assert_allclose(w, TARGET, atol=1e-4)


@every_backend
@every_optimizer
def test_that_every_backend_takes_the_same_steps(make, optimizer):
    ends = []
    for backend in (make(), numpy_backend()):
        made = optimizer(backend, 3, "float64")
        ends.append(_walk(made, backend, backend.asarray(np.ones(3), "float64"), 20))
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-12)


@every_backend
@every_optimizer
def test_that_the_state_survives_save_and_load(make, optimizer):
    backend = make()
    first = optimizer(backend, 3, "float64")
    middle = _walk(first, backend, backend.asarray(np.zeros(3), "float64"), 7)
    state = first.state()
    assert all(type(array) is np.ndarray for array in state.values())
    second = optimizer(backend, 3, "float64")
    second.load_state(state)
    ends = [_walk(made, backend, backend.asarray(middle, "float64"), 5) for made in (first, second)]
    np.testing.assert_array_equal(ends[0], ends[1])


@every_optimizer
def test_that_the_state_is_a_copy(optimizer):
    made = optimizer(numpy_backend(), 3, "float64")
    before = made.state()
    _walk(made, numpy_backend(), np.zeros(3), 3)
    assert all(not array.any() for array in before.values())


@every_optimizer
def test_that_a_state_of_another_size_or_kind_is_refused(optimizer):
    made = optimizer(numpy_backend(), 3, "float64")
    with pytest.raises(ValueError, match="state"):
        made.load_state({**made.state(), "nonsense": np.zeros(3)})
    other = optimizer(numpy_backend(), 4, "float64").state()
    if any(array.shape for array in other.values()):
        with pytest.raises(ValueError, match="state"):
            made.load_state(other)


@every_optimizer
def test_that_gradients_are_left_alone_and_the_type_is_kept(optimizer):
    w, gradient = np.ones(3, dtype="float32"), np.full(3, 0.5, dtype="float32")
    optimizer(numpy_backend(), 3).update(w, gradient, 0.1)
    assert gradient.tolist() == [0.5] * 3
    assert w.dtype == np.float32
    assert (w < 1).all()


@every_optimizer
def test_that_a_changed_learning_rate_holds_from_the_next_step(optimizer):
    moved = []
    for rate in (0.1, 0.0):
        made = optimizer(numpy_backend(), 1, "float64", **dict.fromkeys(_momenta(optimizer), 0.0))
        w = np.zeros(1)
        made.update(w, np.ones(1), 0.1)
        first = w.copy()
        made.update(w, np.ones(1), rate)
        moved.append(float(abs(w - first)[0]))
    assert moved[0] > 0.01
    assert moved[1] == 0.0


@every_optimizer
def test_that_unknown_and_impossible_parameters_are_refused(optimizer):
    with pytest.raises(ValueError, match="has no parameter 'nonsense'"):
        optimizer(numpy_backend(), 3, "float64", nonsense=1.0)
    for parameter in optimizer.parameters:
        with pytest.raises(ValueError, match="must be between"):
            optimizer(numpy_backend(), 3, "float64", **{parameter.key: parameter.maximum + 1.0})
    with pytest.raises(ValueError, match="float32 or float64"):
        optimizer(numpy_backend(), 3, "int32")


def _momenta(optimizer):
    return [parameter.key for parameter in optimizer.parameters if parameter.minimum == 0.0]


def test_that_the_first_step_of_adam_is_the_learning_rate():
    w = np.zeros(4)
    gradient = np.array([3.0, -0.2, 1e-3, -500.0])
    adam = by_key(OPTIMIZERS, "adam", "optimizer")(numpy_backend(), 4, "float64", epsilon=1e-12)
    adam.update(w, gradient, 0.01)
    np.testing.assert_allclose(w, -0.01 * np.sign(gradient), rtol=1e-6)


def test_that_adam_follows_the_algorithm_of_the_paper():
    rng = np.random.default_rng(0)
    w, expected, m, v = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    adam = by_key(OPTIMIZERS, "adam", "optimizer")(numpy_backend(), 3, "float64", epsilon=1e-3)
    for t in range(1, 60):
        g = rng.normal(size=3)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        expected = expected - 0.02 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-3)
        adam.update(w, g, 0.02)
        np.testing.assert_allclose(w, expected, rtol=1e-9)


def test_that_momentum_keeps_a_velocity():
    momentum = by_key(OPTIMIZERS, "momentum", "optimizer")(numpy_backend(), 1, "float64", beta=0.5)
    w = np.zeros(1)
    places = []
    for _ in range(3):
        momentum.update(w, np.ones(1), 0.1)
        places.append(float(w[0]))
    np.testing.assert_allclose(places, [-0.1, -0.25, -0.425])


def test_that_momentum_is_stable_up_to_the_known_limit_only():
    # On 1/2 c w² it converges if and only if rate * c < 2 + 2 beta.
    beta, curvature = 0.5, 4.0
    limit = (2 + 2 * beta) / curvature
    ends = []
    for share in (0.98, 1.02):
        made = by_key(OPTIMIZERS, "momentum", "optimizer")(numpy_backend(), 1, "float64", beta=beta)
        w = np.ones(1)
        for _ in range(1000):
            made.update(w, curvature * w, share * limit)
        ends.append(abs(float(w[0])))
    assert ends[0] < 1e-3
    assert ends[1] > 1e3
    assert math.isfinite(ends[1])
