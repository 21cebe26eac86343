"""The last step of a racer, taken apart into its terms, and the learning rates up to which it is stable."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.labs.race import Runner, UncorrectedAdam
from playground.labs.surfaces import FloatArray, Ground, curvatures


@dataclass(frozen=True, slots=True)
class Term:
    """One vector (2,) of a step. `is_way`: it is in units of the weights, so that it can be drawn."""

    symbol: str
    help: str
    vector: FloatArray
    is_way: bool = False


@dataclass(frozen=True, slots=True)
class _Moment:
    """What a step was made of: gradient, rate, the memories before and after, and its number, from 1."""

    g: FloatArray
    rate: float
    before: FloatArray
    after: FloatArray
    step: int
    place: FloatArray
    hyper: dict[str, float]
    is_corrected: bool


def terms(runner: Runner) -> tuple[Term, ...]:
    """Return the terms of the last step in the order in which they are computed; none before the first."""
    if not runner.steps:
        return ()
    moment = _Moment(
        g=runner.slopes[-1],
        rate=runner.rates[-1],
        before=runner.memories[-2],
        after=runner.memories[-1],
        step=runner.steps,
        place=runner.places[-2],
        hyper=runner.optimizer.hyper,
        is_corrected=runner.entrant.kind is not UncorrectedAdam,
    )
    gradient = Term("g", "the gradient: straight uphill", moment.g)
    step = Term("Δw", "the step that was made", runner.places[-1] - moment.place, is_way=True)
    return (gradient, *TERMS.get(runner.entrant.optimizer, _none)(moment), step)


def _none(_moment: _Moment) -> tuple[Term, ...]:
    return ()


def _push(moment: _Moment) -> Term:
    return Term("−α g", "the push: straight downhill", -moment.rate * moment.g, is_way=True)


def _plain(moment: _Moment) -> tuple[Term, ...]:
    return (_push(moment),)


def _momentum(moment: _Moment) -> tuple[Term, ...]:
    kept = moment.hyper["beta"] * moment.before[0]
    return Term("β v", "what is kept of the speed", kept, is_way=True), _push(moment)


def _nesterov(moment: _Moment) -> tuple[Term, ...]:
    speed, beta = moment.after[0], moment.hyper["beta"]
    return (
        *_momentum(moment),
        Term("v", "the new speed, β v − α g", speed),
        Term("β v (new)", "where the new speed leads", beta * speed, is_way=True),
    )


def _adagrad(moment: _Moment) -> tuple[Term, ...]:
    squares = moment.after[0]
    return (
        Term("s", "the sum of all g²", squares),
        Term(
            "α/(√s+ε)", "the rate of each weight", moment.rate / (np.sqrt(squares) + moment.hyper["epsilon"])
        ),
    )


def _rmsprop(moment: _Moment) -> tuple[Term, ...]:
    squares = moment.after[0]
    return (
        Term("v", "the running mean of g²", squares),
        Term("α/√(v+ε)", "the rate of each weight", moment.rate / np.sqrt(squares + moment.hyper["epsilon"])),
    )


def _adam(moment: _Moment) -> tuple[Term, ...]:
    first, second = moment.after
    found = [Term("m", "the running mean of g", first), Term("v", "the running mean of g²", second)]
    if moment.is_corrected:
        first = first / (1.0 - moment.hyper["beta1"] ** moment.step)
        second = second / (1.0 - moment.hyper["beta2"] ** moment.step)
        found.append(Term("m̂", "m / (1 − β₁ᵗ): as if it had not begun at 0", first))
        found.append(Term("v̂", "v / (1 − β₂ᵗ): as if it had not begun at 0", second))
    rates = moment.rate / (np.sqrt(second) + moment.hyper["epsilon"])
    symbol = "α/(√v̂+ε)" if moment.is_corrected else "α/(√v+ε)"
    return *found, Term(symbol, "the rate of each weight", rates)


def _adamw(moment: _Moment) -> tuple[Term, ...]:
    decay = -moment.rate * moment.hyper["weight_decay"] * moment.place
    return *_adam(moment), Term("−α λ w", "the decay: towards 0", decay, is_way=True)


def _rprop(moment: _Moment) -> tuple[Term, ...]:
    return (Term("Δ", "the length of the step of each weight", moment.after[0]),)


TERMS: dict[str, Callable[[_Moment], tuple[Term, ...]]] = {
    "sgd": _plain,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adamw,
    "rprop": _rprop,
}


# Stability --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """The learning rate below which a racer comes to rest in a valley as curved as where it stands.

    `formula` says what it comes from, with `curvature` the largest eigenvalue that counts: of the Hessian, or
    of the Hessian as the racer's rates of each weight make it. `adapts`: the racer changes it by itself.
    """

    rate: float
    formula: str
    curvature: float
    adapts: bool = False


def limit(runner: Runner, ground: Ground, place: FloatArray | None = None) -> Limit | None:
    """Return the limit at a place (2,), where the racer stands without one; None where there is none.

    On a quadratic with the largest eigenvalue L: gradient descent 2 / L; momentum (2 + 2 beta) / L (Polyak
    1964; Goh 2017); Nesterov (2 + 2 beta) / ((1 + 2 beta) L), from the roots of z^2 - (1 + beta)(1 - eta L) z
    + beta (1 - eta L). Where each weight has a rate of its own, the Hessian is taken in these units: Adam
    (2 + 2 beta1) / ((1 - beta1) L) (Cohen et al. 2022). No limit where nothing curves upwards, none for Rprop
    and L-BFGS, which choose their steps by themselves.
    """
    at = runner.places[-1] if place is None else place
    hessian = ground.hessian(at)
    if not np.isfinite(hessian).all():
        return None
    key, hyper = runner.entrant.optimizer, runner.optimizer.hyper
    beta = hyper.get("beta", hyper.get("beta1", 0.0))
    scale = _divisors(runner)
    if key not in FORMULAS or scale is None:
        return None
    greatest = curvatures(hessian / np.sqrt(np.outer(scale, scale)))[1]
    if not greatest > 1e-12:
        return None
    factors = {
        "momentum": 2.0 + 2.0 * beta,
        "nesterov": (2.0 + 2.0 * beta) / (1.0 + 2.0 * beta),
        "adam": (2.0 + 2.0 * beta) / (1.0 - beta),
        "adamw": (2.0 + 2.0 * beta) / (1.0 - beta),
    }
    found = factors.get(key, 2.0) / greatest
    formula = FORMULAS[key] if runner.entrant.kind is not UncorrectedAdam else FORMULAS[key].replace("v̂", "v")
    return Limit(found, formula, greatest, key in ADAPTS) if math.isfinite(found) else None


FORMULAS = {
    "sgd": "2 / λ",
    "momentum": "(2 + 2β) / λ",
    "nesterov": "(2 + 2β) / ((1 + 2β) λ)",
    "adagrad": "2 / λ(H/√s)",
    "rmsprop": "2 / λ(H/√v)",
    "adam": "(2 + 2β₁) / ((1 − β₁) λ(H/√v̂))",
    "adamw": "(2 + 2β₁) / ((1 − β₁) λ(H/√v̂))",
}
ADAPTS = frozenset(("adagrad", "rmsprop", "adam", "adamw"))


def _divisors(runner: Runner) -> FloatArray | None:
    """Return what the step of each weight (2,) is divided by; None where that is not known yet."""
    key, hyper = runner.entrant.optimizer, runner.optimizer.hyper
    if key not in ADAPTS:
        return np.ones(2)
    if not runner.steps:
        return None
    memory = runner.memories[-1]
    if key == "rmsprop":
        return np.asarray(np.sqrt(memory[0] + hyper["epsilon"]))
    squares = memory[-1]
    if "beta2" in hyper and runner.entrant.kind is not UncorrectedAdam:
        squares = squares / (1.0 - hyper["beta2"] ** runner.steps)
    return np.asarray(np.sqrt(squares) + hyper["epsilon"])
