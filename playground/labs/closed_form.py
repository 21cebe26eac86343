"""The best weights of a linear model twice: by the normal equations, and by gradient descent.

J(w) = 1/n |Xw - y|², for rows X (n, p) with a column of ones. The normal equations XᵀX w = Xᵀy take about
n p² products to set up and p³ to solve; a step of gradient descent takes about n p, there and back again.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from playground.data.base import FloatArray, Parts
from playground.data.fish import INPUTS, read_course_split, read_fish
from playground.data.scaling import Scaler
from playground.labs.min_norm import least_norm, with_ones
from playground.paths import resources

NEAR_ENOUGH = 1e-6
"""Relative distance from the exact weights at which descent is over."""
MOST_STEPS = 1_000_000
LONGEST = 15.0
"""Seconds after which a descent is given up."""
WORK, REST = 4e-3, 1e-3
"""Seconds of work after which the thread rests, and how long: NumPy's small calls hold the lock."""
LOOK_EVERY = 16
"""Steps between two questions whether to go on."""
POINTS = 240
"""Points of the curve of J at most."""
SHORTEST_TIMING = 2e-3
"""Seconds that short work is repeated for, so that its time is more than the clock's own."""
REPEATS = 200
TRIES, ENOUGH = 5, 0.5
"""Tries at least, since the first has to wake the BLAS, unless they take so many seconds."""
SCORED = slice(-30, None)
"""The course lost its first test row as a header (resources/datasets/README.md)."""

Cancelled = Callable[[], bool]
Progress = Callable[[float], None]
Look = Callable[["Outcome"], None]


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Rows X (n, p) with a column of ones first, and targets y (n,)."""

    x: FloatArray
    y: FloatArray

    @property
    def shape(self) -> tuple[int, int]:
        """n rows and p weights."""
        return self.x.shape[0], self.x.shape[1]

    def loss(self, w: FloatArray) -> float:
        """Return J(w) = 1/n |Xw - y|²."""
        errors = self.x @ w - self.y
        return float(errors @ errors) / len(self.y)

    def gradient(self, w: FloatArray) -> FloatArray:
        """Return 2/n Xᵀ(Xw - y), (p,)."""
        return np.asarray((2.0 / len(self.y)) * (self.x.T @ (self.x @ w - self.y)))

    def bends(self) -> FloatArray:
        """Return the eigenvalues (p,) of the Hessian 2/n XᵀX, the smallest first."""
        return np.asarray(np.linalg.eigvalsh((2.0 / len(self.y)) * (self.x.T @ self.x)))


# Problems ---------------------------------------------------------------------------------------------------


def fish(rows: int, features: int) -> Problem:
    """Return the first `rows` of the course's 111 fish to learn from, by `features` of their five lengths.

    The lengths are standardised; the target stays in grams.
    """
    inputs, targets, parts = _course()
    chosen = parts.train[:rows]
    lengths = inputs[chosen, :features]
    return Problem(with_ones(Scaler.fit(lengths).apply(lengths)), targets[chosen])


def _course() -> tuple[FloatArray, FloatArray, Parts]:
    """Return the fish's lengths (159, 5), their weights (159,) and the rows of the course's linear lab."""
    folder = resources() / "datasets"
    sample = read_fish(folder)
    return sample.inputs, sample.targets.astype(np.float64), read_course_split(folder, "linear")


def course_error(features: int = len(INPUTS)) -> float:
    """Return the mean squared error of least squares on the course's test fish, answers below 0 taken as 0.

    With all five lengths it is the course's own figure, 5657.29.
    """
    inputs, targets, parts = _course()
    scaler = Scaler.fit(inputs[parts.train, :features])
    rows = with_ones(scaler.apply(inputs[:, :features]))
    w = solve(Problem(rows[parts.train], targets[parts.train]))
    answers = np.maximum(rows[parts.test[SCORED]] @ w, 0.0)
    return float(np.mean((answers - targets[parts.test[SCORED]]) ** 2))


def drawn(rows: int, features: int, alike: float = 0.0, seed: int = 0) -> Problem:
    """Return rows of random numbers, standardised, and a target that is linear in them but for some noise.

    `alike`, from 0 to below 1, is the correlation of any two columns: it makes the valley of J long.
    """
    rng = np.random.default_rng(seed)
    columns = np.sqrt(1.0 - alike) * rng.standard_normal((rows, features))
    columns += np.sqrt(alike) * rng.standard_normal((rows, 1))
    target = columns @ rng.standard_normal(features) + 0.5 * rng.standard_normal(rows)
    return Problem(with_ones(Scaler.fit(columns).apply(columns)), target)


# The two ways -----------------------------------------------------------------------------------------------


def solve(problem: Problem) -> FloatArray:
    """Return the weights (p,) with the least loss, by the normal equations.

    Where these have no one answer, as with fewer rows than weights, it is the shortest, by singular values.
    """
    product, right = problem.x.T @ problem.x, problem.x.T @ problem.y
    try:
        w = np.linalg.solve(product, right)
    except np.linalg.LinAlgError:
        w = np.full(len(right), np.nan)
    n, p = problem.shape
    # With fewer rows than weights the product is singular, but for rounding.
    if n < p or not np.isfinite(w).all():
        w = least_norm(problem.x, problem.y)
    return np.asarray(w, dtype=np.float64)


def cost_of_solving(n: int, p: int) -> float:
    """Return about how many products the normal equations take: n p² + p³."""
    return float(n) * p**2 + float(p) ** 3


def cost_of_a_step(n: int, p: int) -> float:
    """Return about how many products one step of gradient descent takes: n p, there and back again."""
    return 2.0 * n * p


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What both ways came to, or where they are.

    `steps` and `losses` are the points of the curve of J, the first of them step 0; `distances` are
    |w - w*| / |w*| there. `descended` says how the descent ended: "arrived", "diverged", "stopped" (too many
    steps, or too long), or "cancelled"; nothing while it goes on. Times are in seconds.
    """

    shape: tuple[int, int]
    exact: FloatArray
    exact_loss: float
    exact_seconds: float
    rate: float
    limit: float
    condition: float
    w: FloatArray
    steps: FloatArray
    losses: FloatArray
    distances: FloatArray
    seconds: float
    descended: str

    @property
    def distance(self) -> float:
        """How far the descent ended from the exact weights, relative to their length."""
        return float(self.distances[-1])


def best_rate(bends: FloatArray) -> float:
    """Return the rate at which the slowest direction is fastest: 2 / (smallest + largest eigenvalue)."""
    return float(2.0 / (bends[0] + bends[-1]))


def compare(
    problem: Problem,
    share: float | None = None,
    most: int = MOST_STEPS,
    progress: Progress = lambda _share: None,
    cancelled: Cancelled = lambda: False,
    look: Look = lambda _outcome: None,
) -> Outcome:
    """Return both ways' answers, with their times; `look` is shown how far the descent is.

    `share` is the learning rate in parts of its limit 2 / L; without one, the best for the slowest direction.
    """
    bends = problem.bends()
    bends = bends[bends > 1e-12 * bends[-1]]  # descent from 0 never moves along the others
    limit, condition = 2.0 / float(bends[-1]), float(bends[-1] / bends[0])
    rate = best_rate(bends) if share is None else share * limit
    exact, exact_seconds = _timed(lambda: solve(problem))
    exact_loss, trail = problem.loss(exact), _Trail(np.zeros(problem.shape[1]), [], [], [])

    def outcome() -> Outcome:
        return Outcome(
            shape=problem.shape,
            exact=exact,
            exact_loss=exact_loss,
            exact_seconds=exact_seconds,
            rate=rate,
            limit=limit,
            condition=condition,
            w=trail.w,
            steps=np.array(trail.steps, dtype=np.float64),
            losses=np.array(trail.losses),
            distances=np.array(trail.distances),
            seconds=trail.seconds,
            descended=trail.ended,
        )

    for share_done in _descend(problem, exact, rate, most, trail, cancelled):
        progress(share_done)
        look(outcome())
    return outcome()


def _timed(work: Callable[[], FloatArray]) -> tuple[FloatArray, float]:
    """Return a result and the least time that it took, of several tries when it is short."""
    least, begun = np.inf, time.perf_counter()
    for tries in range(1, REPEATS + 1):
        start = time.perf_counter()
        result = work()
        least = min(least, time.perf_counter() - start)
        spent = time.perf_counter() - begun
        if spent > ENOUGH or (tries >= TRIES and spent > SHORTEST_TIMING):
            break
    return result, least


@dataclass(slots=True)
class _Trail:
    """A descent on its way."""

    w: FloatArray
    steps: list[int]
    losses: list[float]
    distances: list[float]
    seconds: float = 0.0
    ended: str = ""


def _descend(
    problem: Problem, exact: FloatArray, rate: float, most: int, trail: _Trail, cancelled: Cancelled
) -> Iterator[float]:
    """Descend from w = 0, looking at the loss at steps ever further apart; give the share that is done."""
    marks = np.unique(np.geomspace(1, most, POINTS).round().astype(np.int64)).tolist()
    length = float(np.linalg.norm(exact)) or 1.0
    _look(problem, exact, length, trail, 0)
    done, worked = 0, 0.0
    for mark in marks:
        while done < mark and trail.seconds < LONGEST and not cancelled():
            spent = _walk(problem, rate, trail, min(LOOK_EVERY, mark - done))
            done, worked = min(done + LOOK_EVERY, mark), worked + spent
            if worked > WORK:
                worked = 0.0
                time.sleep(REST)
        _look(problem, exact, length, trail, done)
        trail.ended = _ending(trail, cancelled(), done < mark or mark == marks[-1])
        yield max(done / most, _share(trail.distances))
        if trail.ended:
            return


def _walk(problem: Problem, rate: float, trail: _Trail, steps: int) -> float:
    """Make so many steps, and return the seconds that they took."""
    begun = time.perf_counter()
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            trail.w = trail.w - rate * problem.gradient(trail.w)
    spent = time.perf_counter() - begun
    trail.seconds += spent
    return spent


def _look(problem: Problem, exact: FloatArray, length: float, trail: _Trail, done: int) -> None:
    trail.steps.append(done)
    with np.errstate(over="ignore", invalid="ignore"):
        trail.losses.append(problem.loss(trail.w))
        trail.distances.append(float(np.linalg.norm(trail.w - exact)) / length)


def _share(distances: list[float]) -> float:
    """Return how much of the way is done, in powers of ten."""
    if not 0.0 < distances[-1] < 1.0:
        return 0.0
    return min(1.0, float(np.log(distances[-1]) / np.log(NEAR_ENOUGH)))


def _ending(trail: _Trail, is_cancelled: bool, is_last: bool) -> str:
    if is_cancelled:
        return "cancelled"
    if not np.isfinite(trail.losses[-1]) or trail.losses[-1] > 1e6 * max(trail.losses[0], 1.0):
        return "diverged"
    if trail.distances[-1] < NEAR_ENOUGH:
        return "arrived"
    return "stopped" if is_last else ""
