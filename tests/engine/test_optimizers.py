"""Contract of every optimizer, and their first steps against the formulas of the papers."""

import math
from itertools import pairwise

import numpy as np
import pytest
from engine_cases import over

from playground.engine.backends.numpy import NumpyBackend
from playground.engine.optimizers import OPTIMIZERS
from playground.tables import by_key

TARGET = np.array([1.0, -2.0, 0.5])
CURVATURE = np.array([0.5, 1.0, 2.0])
STEPPING = tuple(optimizer for optimizer in OPTIMIZERS if not optimizer.solves)
SOLVING = tuple(optimizer for optimizer in OPTIMIZERS if optimizer.solves)
every_optimizer = over(OPTIMIZERS, "optimizer")
every_stepping = over(STEPPING, "optimizer")
every_solving = over(SOLVING, "optimizer")


def _make(key, size, dtype="float64", **hyper):
    return by_key(OPTIMIZERS, key, "optimizer")(NumpyBackend(), size, dtype, **hyper)


def _walk(made, w, steps, learning_rate=0.05):
    """Take steps down the bowl 1/2 Σ c (w - t)², all entries as biases."""
    for _ in range(steps):
        made.update(w, CURVATURE * (w - TARGET), np.zeros(3), learning_rate)
    return w


def _bowl(w):
    error = w - TARGET
    return float(0.5 * np.sum(CURVATURE * error * error)), CURVATURE * error


# The contract -----------------------------------------------------------------------------------------------


@every_stepping
def test_that_it_finds_the_bottom_of_a_bowl(optimizer):
    # Adagrad's steps grow small: it needs a larger learning rate.
    rate = 0.5 if optimizer.key == "adagrad" else 0.05
    w = _walk(optimizer(NumpyBackend(), 3, "float64"), np.zeros(3), 1500, rate)
    # RMSprop keeps stepping to and fro by about the learning rate.
    np.testing.assert_allclose(w, TARGET, atol=0.05 if optimizer.key == "rmsprop" else 1e-4)


@every_stepping
def test_that_the_same_steps_lead_to_the_same_place(optimizer):
    ends = [_walk(optimizer(NumpyBackend(), 3, "float64"), np.ones(3), 20) for _ in range(2)]
    np.testing.assert_array_equal(ends[0], ends[1])


@every_stepping
def test_that_the_state_survives_save_and_load(optimizer):
    first = optimizer(NumpyBackend(), 3, "float64")
    middle = _walk(first, np.zeros(3), 7)
    state = first.state()
    assert set(state) == {*optimizer.slots, "step"}
    assert all(type(array) is np.ndarray for array in state.values())
    second = optimizer(NumpyBackend(), 3, "float64")
    second.load_state(state)
    assert second.step == first.step == 7
    ends = [_walk(made, middle.copy(), 5) for made in (first, second)]
    np.testing.assert_array_equal(ends[0], ends[1])


@every_stepping
def test_that_the_state_is_a_copy(optimizer):
    made = optimizer(NumpyBackend(), 3, "float64")
    before = made.state()
    _walk(made, np.zeros(3), 3)
    assert all(not array.any() for array in before.values())


@every_optimizer
def test_that_a_state_of_another_size_or_kind_is_refused(optimizer):
    made = optimizer(NumpyBackend(), 3, "float64")
    with pytest.raises(ValueError, match=f"not the state of {optimizer.key} for 3 parameters"):
        made.load_state({**made.state(), "nonsense": np.zeros(3)})
    with pytest.raises(ValueError, match="state"):
        made.load_state({})
    if optimizer.slots:
        with pytest.raises(ValueError, match="state"):
            made.load_state(optimizer(NumpyBackend(), 4, "float64").state())


@every_optimizer
def test_that_the_memory_is_one_row_of_zeros_for_each_slot(optimizer):
    made = optimizer(NumpyBackend(), 5)
    assert made.memory.shape == (max(1, len(optimizer.slots)), 5)
    assert made.memory.dtype == np.float32
    assert made.memory.flags["C_CONTIGUOUS"]
    assert not made.memory.any()
    assert made.step == 0


@every_stepping
def test_that_steps_are_remembered_in_the_memory_itself(optimizer):
    made = optimizer(NumpyBackend(), 3, "float64")
    memory = made.memory
    _walk(made, np.zeros(3), 4)
    assert made.memory is memory
    assert made.step == 4
    for row, name in enumerate(optimizer.slots):
        assert memory[row].any()
        np.testing.assert_array_equal(made.state()[name], memory[row])


@every_stepping
def test_that_gradients_are_left_alone_and_the_type_is_kept(optimizer):
    w, gradient = np.ones(3, dtype="float32"), np.full(3, 0.5, dtype="float32")
    optimizer(NumpyBackend(), 3).update(w, gradient, np.ones(3, dtype="float32"), 0.1)
    assert gradient.tolist() == [0.5] * 3
    assert w.dtype == np.float32
    assert (w < 1).all()


@every_stepping
def test_that_the_rule_computes_a_single_number_as_it_does_an_array(optimizer):
    rng = np.random.default_rng(2)
    w, g = rng.normal(size=(2, 6))
    mask, slots = np.array([1.0, 0.0] * 3), tuple(rng.uniform(0.1, 1.0, (len(optimizer.slots), 6)))
    hyper = [parameter.default for parameter in optimizer.parameters]
    c = optimizer.constants(3.0, 0.1, hyper)
    assert len(c) <= 6
    assert all(type(number) is float for number in c)
    changed, memories = optimizer.rule(w, g, mask, slots, c)
    for i in range(6):
        one, kept = optimizer.rule(w[i], g[i], mask[i], tuple(slot[i] for slot in slots), c)
        assert one == changed[i]
        assert [float(number) for number in kept] == [memory[i] for memory in memories]


@every_stepping
def test_that_a_gradient_of_0_moves_no_fresh_parameter(optimizer):
    w = np.array([1.0, -2.0, 0.5])
    made = optimizer(NumpyBackend(), 3, "float64")
    for _ in range(3):
        made.update(w, np.zeros(3), np.zeros(3), 0.1)
    assert w.tolist() == [1.0, -2.0, 0.5]


@every_stepping
def test_that_a_nan_stays_visible(optimizer):
    w, gradient = np.ones(2), np.array([math.nan, 1.0])
    optimizer(NumpyBackend(), 2, "float64").update(w, gradient, np.ones(2), 0.1)
    assert np.isnan(w[0])
    assert np.isfinite(w[1])


# After its first step Rprop finds its own step sizes.
@over([optimizer for optimizer in STEPPING if optimizer.key != "rprop"], "optimizer")
def test_that_a_changed_learning_rate_holds_from_the_next_step(optimizer):
    moved = []
    for rate in (0.1, 0.0):
        momenta = [parameter.key for parameter in optimizer.parameters if parameter.minimum == 0.0]
        made = optimizer(NumpyBackend(), 1, "float64", **dict.fromkeys(momenta, 0.0))
        w = np.zeros(1)
        made.update(w, np.ones(1), np.ones(1), 0.1)
        first = w.copy()
        made.update(w, np.ones(1), np.ones(1), rate)
        moved.append(float(abs(w - first)[0]))
    assert moved[0] > 0.01
    assert moved[1] == 0.0


@every_optimizer
def test_that_unknown_and_impossible_parameters_are_refused(optimizer):
    with pytest.raises(ValueError, match="has no parameter 'nonsense'"):
        optimizer(NumpyBackend(), 3, "float64", nonsense=1.0)
    for parameter in optimizer.parameters:
        with pytest.raises(ValueError, match="must be between"):
            optimizer(NumpyBackend(), 3, "float64", **{parameter.key: parameter.maximum + 1.0})
    with pytest.raises(ValueError, match="float32 or float64"):
        optimizer(NumpyBackend(), 3, "int32")


@every_optimizer
def test_that_hyper_stands_in_the_order_of_the_parameters(optimizer):
    keys = [parameter.key for parameter in optimizer.parameters]
    backwards = {parameter.key: parameter.minimum for parameter in reversed(optimizer.parameters)}
    assert list(optimizer(NumpyBackend(), 1, **backwards).hyper) == keys


@every_optimizer
def test_that_it_either_steps_or_solves(optimizer):
    made = optimizer(NumpyBackend(), 3, "float64")
    other, arguments = made.minimise, (np.zeros(3), _bowl)
    if optimizer.solves:
        other, arguments = made.update, (np.zeros(3), np.ones(3), np.zeros(3), 0.1)
    with pytest.raises(NotImplementedError):
        other(*arguments)


# First steps against the papers -----------------------------------------------------------------------------


def _follow(key, expected, dtype="float64", steps=40, rate=0.02, mask=None, **hyper):
    """Compare steps on random gradients with `expected(t, g)`, which returns where w should be then."""
    rng = np.random.default_rng(0)
    made, w = _make(key, 3, dtype, **hyper), np.ones(3, dtype=dtype)
    mask = np.zeros(3, dtype=dtype) if mask is None else mask
    for t in range(1, steps + 1):
        g = rng.normal(size=3).astype(dtype)
        made.update(w, g, mask, rate)
        np.testing.assert_allclose(w, expected(t, g), rtol=1e-9 if dtype == "float64" else 1e-4)


def test_that_the_first_step_of_adam_is_the_learning_rate():
    w = np.zeros(4)
    gradient = np.array([3.0, -0.2, 1e-3, -500.0])
    _make("adam", 4, epsilon=1e-12).update(w, gradient, np.zeros(4), 0.01)
    np.testing.assert_allclose(w, -0.01 * np.sign(gradient), rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_that_adam_follows_the_algorithm_of_the_paper(dtype):
    w, m, v = np.ones(3), np.zeros(3), np.zeros(3)

    def expected(t, g):
        nonlocal w, m, v
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        w = w - 0.02 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-3)
        return w

    _follow("adam", expected, dtype, epsilon=1e-3)


def test_that_adamw_is_adam_beside_a_shrinking_of_the_weights_alone():
    w, m, v, mask = np.ones(3), np.zeros(3), np.zeros(3), np.array([1.0, 0.0, 1.0])

    def expected(t, g):
        nonlocal w, m, v
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        w = w - 0.02 * 0.3 * mask * w
        w = w - 0.02 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-3)
        return w

    _follow("adamw", expected, mask=mask, epsilon=1e-3, weight_decay=0.3)


def test_that_nesterov_follows_sutskever():
    # Sutskever et al. (2013), equations 3 and 4, walk from a point that is ahead of ours by beta v.
    behind, v, seen = np.ones(3), np.zeros(3), np.ones(3)

    def expected(_t, g):
        nonlocal behind, v, seen
        np.testing.assert_allclose(seen, behind + 0.8 * v, rtol=1e-9)
        v = 0.8 * v - 0.02 * g
        behind = behind + v
        seen = behind + 0.8 * v
        return seen

    _follow("nesterov", expected, beta=0.8)


def test_that_adagrad_divides_by_the_root_of_all_squares():
    w, s = np.ones(3), np.zeros(3)

    def expected(_t, g):
        nonlocal w, s
        s = s + g**2
        w = w - 0.02 * g / (np.sqrt(s) + 1e-2)
        return w

    _follow("adagrad", expected, epsilon=1e-2)


def test_that_rmsprop_divides_by_the_root_of_the_recent_squares():
    w, v = np.ones(3), np.zeros(3)

    def expected(_t, g):
        nonlocal w, v
        v = 0.8 * v + 0.2 * g**2
        w = w - 0.02 * g / np.sqrt(v + 1e-2)
        return w

    _follow("rmsprop", expected, rho=0.8, epsilon=1e-2)


def test_that_rprop_follows_the_paper_weight_by_weight():
    # Igel and Hüsken (2003), figure 3 (iRprop-), as a loop over the weights.
    w, size, previous = [1.0] * 3, [0.02] * 3, [0.0] * 3

    def expected(_t, g):
        for i in range(3):
            gradient = float(g[i])
            if previous[i] * gradient > 0:
                size[i] = min(size[i] * 1.2, 50.0)
            elif previous[i] * gradient < 0:
                size[i] = max(size[i] * 0.5, 1e-6)
                gradient = 0.0
            w[i] -= size[i] * math.copysign(1.0, gradient) if gradient else 0.0
            previous[i] = gradient
        return w

    _follow("rprop", expected)


def test_that_rprop_heeds_signs_alone_and_keeps_its_steps_within_bounds():
    made, w = _make("rprop", 2, "float32"), np.zeros(2, dtype="float32")
    tiny = np.array([1e-30, 1.0], dtype="float32")
    for _ in range(200):
        made.update(w, tiny, np.zeros(2), 0.1)
    assert w[0] == w[1] < 0
    assert made.state()["size"].tolist() == [50.0, 50.0]
    for step in range(200):
        made.update(w, tiny * np.float32((-1.0) ** (step // 2)), np.zeros(2), 0.1)
    np.testing.assert_allclose(made.state()["size"], 1e-6, rtol=0.25)


def test_that_momentum_keeps_a_velocity():
    momentum = _make("momentum", 1, beta=0.5)
    w = np.zeros(1)
    places = []
    for _ in range(3):
        momentum.update(w, np.ones(1), np.zeros(1), 0.1)
        places.append(float(w[0]))
    np.testing.assert_allclose(places, [-0.1, -0.25, -0.425])


def test_that_momentum_is_stable_up_to_the_known_limit_only():
    # On 1/2 c w² it converges if and only if rate * c < 2 + 2 beta.
    beta, curvature = 0.5, 4.0
    limit = (2 + 2 * beta) / curvature
    ends = []
    for share in (0.98, 1.02):
        made = _make("momentum", 1, beta=beta)
        w = np.ones(1)
        for _ in range(1000):
            made.update(w, curvature * w, np.zeros(1), share * limit)
        ends.append(abs(float(w[0])))
    assert ends[0] < 1e-3
    assert ends[1] > 1e3
    assert math.isfinite(ends[1])


# Solving ----------------------------------------------------------------------------------------------------


def _rosenbrock(w):
    x, y = w
    value = (1 - x) ** 2 + 100 * (y - x * x) ** 2
    return float(value), np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


@every_solving
def test_that_a_solver_finds_the_bottom_of_a_curved_valley(optimizer):
    w = np.array([-1.2, 1.0])
    made = optimizer(NumpyBackend(), 2, "float64", iterations=200.0)
    made.minimise(w, _rosenbrock)
    np.testing.assert_allclose(w, [1.0, 1.0], atol=1e-4)
    assert 10 < made.step < 200


@every_solving
def test_that_a_solver_goes_on_call_after_call_and_never_uphill(optimizer):
    w = np.array([-1.2, 1.0], dtype="float32")
    made = optimizer(NumpyBackend(), 2, iterations=10.0)
    losses = [_rosenbrock(w)[0]]
    for _ in range(12):
        made.minimise(w, _rosenbrock)
        losses.append(_rosenbrock(w.astype("float64"))[0])
    assert w.dtype == np.float32
    assert made.step <= 120
    assert all(after <= before + 1e-9 for before, after in pairwise(losses))
    assert losses[-1] < 1e-6 < losses[3]


@every_solving
def test_that_a_solver_asks_in_double_precision_and_stays_where_nothing_is_finite(optimizer):
    seen = []

    def nowhere(w):
        seen.append(w.dtype)
        return math.nan, np.full(2, math.nan)

    w = np.array([0.25, -3.0], dtype="float32")
    optimizer(NumpyBackend(), 2).minimise(w, nowhere)
    assert set(seen) == {np.dtype(np.float64)}
    assert w.tolist() == [0.25, -3.0]


@every_solving
def test_that_a_solver_takes_nothing_from_a_loss_without_a_bottom(optimizer):
    w = np.array([0.5])
    optimizer(NumpyBackend(), 1, "float64").minimise(w, lambda w: (float(-(w[0] ** 4)), -4 * w**3))
    assert w.tolist() == [0.5]


@every_solving
def test_that_a_solver_says_that_the_learning_rate_plays_no_part(optimizer):
    assert "learning rate plays no part" in optimizer.help
    assert optimizer.full_batch
    assert optimizer.slots == ()
