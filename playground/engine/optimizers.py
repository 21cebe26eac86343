"""Optimizers: how a gradient becomes a change of the parameters.

All parameters of a network stand in one flat vector. What a step does to each of them is a definition (see
`maths`), `rule`, of the parameter, its gradient, its memories and a few numbers that `constants` works out
once a step, so that the same few lines serve whole arrays on every backend and the compiled loop.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from playground.engine.backends.base import Array, Backend, HostArray, check_dtype
from playground.engine.maths import maximum, minimum, sign, sqrt, where
from playground.tables import Parameter

Constants = Sequence[Any]
"""Numbers; where steps are recorded as graphs, arrays without dimensions that hold them."""
Slots = tuple[Array, ...]

RPROP_SMALLEST = 1e-6
RPROP_LARGEST = 50.0
"""Between these Rprop keeps its steps (Riedmiller and Braun 1993)."""


class Optimizer:
    """Changes a flat parameter vector of `size` numbers, step by step.

    `hyper` gives values for some of the class's `parameters`; the others keep their defaults.

    Attributes:
        slots: names of what is remembered for each parameter; every memory starts at 0.
        full_batch: whether it is right on the gradient of all rows only.
        solves: whether it works in `minimise`, on the loss itself, and not in `update`.
        memory: (max(1, number of slots), size) on the backend; row i is slot i, changed in place.
        step: updates made so far.
        hyper: a value for each of `parameters`, in their order.

    Raises:
        ValueError: for an unknown or out-of-range hyper-parameter, or a dtype that is not float32/float64.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    help: ClassVar[str]
    formula: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    slots: ClassVar[tuple[str, ...]] = ()
    full_batch: ClassVar[bool] = False
    solves: ClassVar[bool] = False

    def __init__(self, backend: Backend, size: int, dtype: str = "float32", **hyper: float) -> None:
        self._backend = backend
        self._dtype = check_dtype(dtype)
        self.hyper = self._checked(hyper)
        self.step = 0
        self.memory: Array = backend.xp.zeros((max(1, len(self.slots)), size), dtype=self._dtype)
        self._rows: Slots = tuple(self.memory[row] for row in range(len(self.slots)))

    def _checked(self, hyper: dict[str, float]) -> dict[str, float]:
        """Return a value for every parameter of the class."""
        known = {parameter.key: parameter for parameter in self.parameters}
        for key, value in hyper.items():
            if key not in known:
                raise ValueError(f"{self.key} has no parameter {key!r}; it has: {', '.join(known) or 'none'}")
            if not known[key].minimum <= value <= known[key].maximum:
                spec = known[key]
                raise ValueError(f"{spec.label} must be between {spec.minimum:g} and {spec.maximum:g}")
        return {key: float(hyper.get(key, parameter.default)) for key, parameter in known.items()}

    @staticmethod
    def constants(step: float, rate: float, hyper: Sequence[float]) -> Constants:
        """Return at most 6 numbers for `rule`; `step` is 1.0 at the first update, `hyper` as `parameters`."""
        raise NotImplementedError

    @staticmethod
    def rule(w: Array, g: Array, mask: Array, slots: Slots, c: Constants) -> tuple[Array, Slots]:
        """Return the new parameters and slots; `mask` is 1.0 at weights and 0.0 at biases. A definition."""
        raise NotImplementedError

    def update(self, parameters: Array, gradients: Array, mask: Array, learning_rate: float) -> None:
        """Change `parameters` (P,) in place by one step against `gradients` (P,), which stay as they are.

        `mask` (P,) is 1 at weights and 0 at biases.
        """
        (c,) = self.upcoming([learning_rate])
        self.step += 1
        self.apply(parameters, gradients, mask, c)

    def upcoming(self, rates: Sequence[float]) -> list[Constants]:
        """Return the constants of the next updates, whose learning rates are given."""
        hyper = tuple(self.hyper.values())
        return [self.constants(self.step + later, rate, hyper) for later, rate in enumerate(rates, 1)]

    def apply(self, parameters: Array, gradients: Array, mask: Array, c: Constants) -> None:
        """Change `parameters` and memories as `update`, with constants that may be arrays; counts no step."""
        changed, memories = self.rule(parameters, gradients, mask, self._rows, c)
        parameters[...] = changed
        for row, memory in zip(self._rows, memories, strict=True):
            row[...] = memory

    def minimise(self, parameters: Array, objective: Callable[[HostArray], tuple[float, HostArray]]) -> None:
        """Change `parameters` (P,) in place towards a minimum; only where `solves`.

        `objective` takes a host vector (P,) and returns the loss and its gradient (P,) there, all float64.
        """
        raise NotImplementedError

    def state(self) -> dict[str, HostArray]:
        """Return host copies of everything that a later `load_state` needs to go on from here."""
        rows = zip(self.slots, self._rows, strict=True)
        memories = {name: self._backend.to_host(row) for name, row in rows}
        return {**memories, "step": np.array(self.step, dtype=np.int64)}

    def load_state(self, state: dict[str, HostArray]) -> None:
        """Go on from a state that `state()` returned.

        Raises:
            ValueError: when the names or shapes are not those of this optimizer; nothing is changed then.
        """
        size = self.memory.shape[1]
        expected: dict[str, tuple[int, ...]] = {**dict.fromkeys(self.slots, (size,)), "step": ()}
        if {name: np.shape(array) for name, array in state.items()} != expected:
            raise ValueError(f"this is not the state of {self.key} for {size} parameters")
        for name, row in zip(self.slots, self._rows, strict=True):
            row[...] = self._backend.asarray(state[name], self._dtype)
        self.step = int(state["step"])


def _epsilon(default: float = 1e-7) -> Parameter:
    text = "Keeps the division safe where gradients are almost 0."
    return Parameter("epsilon", "Epsilon", text, default, 1e-12, 1.0)


BETA = Parameter("beta", "Momentum", "How much of its speed the ball keeps at each step.", 0.9, 0.0, 0.999)
ADAM_PARAMETERS = (
    Parameter("beta1", "Beta 1", "How long the direction of past gradients is remembered.", 0.9, 0.0, 0.9999),
    Parameter("beta2", "Beta 2", "How long the size of past gradients is remembered.", 0.999, 0.0, 0.99999),
    _epsilon(),
)


class SGD(Optimizer):
    """Plain (stochastic) gradient descent."""

    key = "sgd"
    label = "SGD"
    help = "Steps straight downhill on the slope of the current batch."
    formula = "w ← w - η g"

    @staticmethod
    def constants(_step: float, rate: float, _hyper: Sequence[float]) -> Constants:
        """Return the learning rate."""
        return (rate,)

    @staticmethod
    def rule(w: Array, g: Array, _mask: Array, _slots: Slots, c: Constants) -> tuple[Array, Slots]:
        """Return w - lr g."""
        return w - c[0] * g, ()


class Momentum(Optimizer):
    """Gradient descent with momentum (Polyak 1964), the velocity in units of the parameters."""

    key = "momentum"
    label = "Momentum"
    help = "Rolls downhill like a ball that remembers its speed, which carries it across small bumps."
    formula = "v ← β v - η g,  w ← w + v"
    parameters = (BETA,)
    slots = ("velocity",)

    @staticmethod
    def constants(_step: float, rate: float, hyper: Sequence[float]) -> Constants:
        """Return the learning rate and beta."""
        return rate, hyper[0]

    @staticmethod
    def rule(w: Array, g: Array, _mask: Array, slots: Slots, c: Constants) -> tuple[Array, Slots]:
        """Return w + v with v = beta v - lr g."""
        (velocity,) = slots
        velocity = c[1] * velocity - c[0] * g
        return w + velocity, (velocity,)


class Nesterov(Momentum):
    """Nesterov's accelerated gradient as in Sutskever et al. (2013), Keras and PyTorch."""

    key = "nesterov"
    label = "Nesterov"
    help = "Momentum that looks ahead to where its speed carries it, and so brakes before it overshoots."
    formula = "v ← β v - η g,  w ← w + β v - η g"

    @staticmethod
    def rule(w: Array, g: Array, _mask: Array, slots: Slots, c: Constants) -> tuple[Array, Slots]:
        """Return w + beta v - lr g with v = beta v - lr g."""
        (velocity,) = slots
        velocity = c[1] * velocity - c[0] * g
        return w + (c[1] * velocity - c[0] * g), (velocity,)


class Adagrad(Optimizer):
    """Adagrad (Duchi, Hazan and Singer 2011), its sums starting at 0 as in PyTorch."""

    key = "adagrad"
    label = "Adagrad"
    help = "Divides each step by all gradients the weight has seen, so that rarely used weights step further."
    formula = "s ← s + g²,  w ← w - η g / (√s + ε)"
    parameters = (_epsilon(),)
    slots = ("squares",)

    @staticmethod
    def constants(_step: float, rate: float, hyper: Sequence[float]) -> Constants:
        """Return the learning rate and epsilon."""
        return rate, hyper[0]

    @staticmethod
    def rule(w: Array, g: Array, _mask: Array, slots: Slots, c: Constants) -> tuple[Array, Slots]:
        """Return w - lr g / (sqrt(s) + epsilon) with s the sum of all squares."""
        (squares,) = slots
        squares = squares + g * g
        return w - c[0] * (g / (sqrt(squares) + c[1])), (squares,)


class RMSprop(Optimizer):
    """RMSprop (Tieleman and Hinton 2012, lecture 6e), epsilon under the root as in Keras."""

    key = "rmsprop"
    label = "RMSprop"
    help = (
        "Divides each step by the recent size of the gradients, so that steep and flat directions even out."
    )
    formula = "v ← ρ v + (1 - ρ) g²,  w ← w - η g / √(v + ε)"
    parameters = (
        Parameter("rho", "Rho", "How long the size of past gradients is remembered.", 0.9, 0.0, 0.9999),
        _epsilon(),
    )
    slots = ("squares",)

    @staticmethod
    def constants(_step: float, rate: float, hyper: Sequence[float]) -> Constants:
        """Return the learning rate, 1 - rho and epsilon."""
        return rate, 1.0 - hyper[0], hyper[1]

    @staticmethod
    def rule(w: Array, g: Array, _mask: Array, slots: Slots, c: Constants) -> tuple[Array, Slots]:
        """Return w - lr g / sqrt(v + epsilon) with v the running mean of the squares."""
        (squares,) = slots
        squares = squares + c[1] * (g * g - squares)
        return w - c[0] * (g / sqrt(squares + c[2])), (squares,)


def _adam(w: Array, g: Array, first: Array, second: Array, c: Constants) -> tuple[Array, Slots]:
    # β m + (1 - β) g as m + (1 - β) (g - m): exact in single precision for a β close to 1.
    first = first + c[1] * (g - first)
    second = second + c[2] * (g * g - second)
    return w - c[0] * (first / (sqrt(second) + c[3])), (first, second)


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015), algorithm 1, with the reordering that section 2 of the paper gives."""

    key = "adam"
    label = "Adam"
    help = "Gives every weight its own step size, from the size of its recent gradients."
    formula = "m ← β₁ m + (1 - β₁) g,  v ← β₂ v + (1 - β₂) g²,  w ← w - η m̂ / (√v̂ + ε)"
    parameters = ADAM_PARAMETERS
    slots = ("first", "second")

    @staticmethod
    def constants(step: float, rate: float, hyper: Sequence[float]) -> Constants:
        """Return rate, 1 - beta1, 1 - beta2, epsilon; the corrections of m and v are in rate and epsilon."""
        correction = math.sqrt(1.0 - hyper[1] ** step)
        bias_free = rate * correction / (1.0 - hyper[0] ** step)
        return bias_free, 1.0 - hyper[0], 1.0 - hyper[1], hyper[2] * correction

    @staticmethod
    def rule(w: Array, g: Array, _mask: Array, slots: Slots, c: Constants) -> tuple[Array, Slots]:
        """Return w after one bias-corrected step, and the two running means."""
        first, second = slots
        return _adam(w, g, first, second, c)


class AdamW(Optimizer):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019), algorithm 2, as PyTorch computes it."""

    key = "adamw"
    label = "AdamW"
    help = "Adam that also shrinks every weight a little at each step, beside the gradient."
    formula = "w ← w - η λ w,  then as Adam:  w ← w - η m̂ / (√v̂ + ε)"
    parameters = (
        *ADAM_PARAMETERS,
        Parameter(
            "weight_decay", "Weight decay", "How much of itself a weight loses at each step.", 0.01, 0.0, 1.0
        ),
    )
    slots = ("first", "second")

    @staticmethod
    def constants(step: float, rate: float, hyper: Sequence[float]) -> Constants:
        """Return those of Adam and the part of itself that a weight loses."""
        correction = math.sqrt(1.0 - hyper[1] ** step)
        bias_free = rate * correction / (1.0 - hyper[0] ** step)
        return bias_free, 1.0 - hyper[0], 1.0 - hyper[1], hyper[2] * correction, rate * hyper[3]

    @staticmethod
    def rule(w: Array, g: Array, mask: Array, slots: Slots, c: Constants) -> tuple[Array, Slots]:
        """Return the shrunken weights after a step of Adam; biases are not shrunk."""
        first, second = slots
        return _adam(w - c[4] * mask * w, g, first, second, c)


class Rprop(Optimizer):
    """iRprop- (Igel and Hüsken 2003): a step size for each weight, from the signs of its gradients alone."""

    key = "rprop"
    label = "Rprop"
    help = (
        "Heeds only the signs of the slopes over all rows: a step grows while the sign stays, else shrinks."
    )
    formula = "Δ ← 1.2 Δ if the sign of g stays, 0.5 Δ if it flips,  w ← w - Δ sign(g),  Δ begins at η"
    parameters = (
        Parameter(
            "increase", "Growth", "How much a step grows while the slope keeps its sign.", 1.2, 1.0, 2.0
        ),
        Parameter(
            "decrease", "Shrinking", "What is left of a step when the slope flips its sign.", 0.5, 0.1, 0.99
        ),
    )
    slots = ("size", "previous")
    full_batch = True

    @staticmethod
    def constants(_step: float, rate: float, hyper: Sequence[float]) -> Constants:
        """Return the first step size and the two factors."""
        return rate, hyper[0], hyper[1]

    @staticmethod
    def rule(w: Array, g: Array, _mask: Array, slots: Slots, c: Constants) -> tuple[Array, Slots]:
        """Return w - size sign(g); where the sign flipped, g counts as 0 in this step and the next."""
        size, previous = slots
        # The signs, not the numbers: a product of tiny gradients would be 0 in single precision.
        agreement = sign(g) * sign(previous)
        begun = where(size > 0.0, size, c[0])
        grown = minimum(begun * c[1], RPROP_LARGEST)
        shrunk = maximum(begun * c[2], RPROP_SMALLEST)
        size = where(agreement > 0.0, grown, where(agreement < 0.0, shrunk, begun))
        g = where(agreement < 0.0, 0.0, g)
        return w - size * sign(g), (size, g)


class LBFGS(Optimizer):
    """Limited-memory BFGS (Liu and Nocedal 1989; Byrd et al. 1995), as SciPy's L-BFGS-B computes it."""

    key = "lbfgs"
    label = "L-BFGS"
    help = (
        "Learns the curvature from its last steps and seeks the best step by itself; it uses all rows, "
        "and the learning rate plays no part."
    )
    formula = "w ← w - α H g,  H from the last m steps,  α by line search"
    parameters = (
        Parameter(
            "iterations", "Iterations", "Steps in an epoch, after which it learns anew.", 20.0, 1.0, 1000.0
        ),
        Parameter("memory", "Memory", "From how many past steps it learns the curvature.", 10.0, 1.0, 100.0),
    )
    full_batch = True
    solves = True

    def minimise(self, parameters: Array, objective: Callable[[HostArray], tuple[float, HostArray]]) -> None:
        """Search from the present `parameters` (P,) and write back what was found when it is finite."""
        # It takes a while to import, and only this needs it.
        from scipy.optimize import minimize

        start = np.asarray(self._backend.to_host(parameters), dtype=np.float64)
        options = {"maxiter": int(self.hyper["iterations"]), "maxcor": int(self.hyper["memory"])}
        with np.errstate(all="ignore"):
            found = minimize(objective, start, method="L-BFGS-B", jac=True, options=options)
            changed = found.x.astype(self._dtype)
        self.step += int(found.nit)
        if math.isfinite(found.fun) and np.isfinite(changed).all():
            parameters[...] = self._backend.asarray(changed, self._dtype)


OPTIMIZERS: tuple[type[Optimizer], ...] = (
    SGD,
    Momentum,
    Nesterov,
    Adagrad,
    RMSprop,
    Adam,
    AdamW,
    Rprop,
    LBFGS,
)
