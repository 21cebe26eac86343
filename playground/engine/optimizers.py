"""Optimizers: how a gradient becomes a change of the parameters.

All parameters of a network stand in one flat vector, so that a step is a few passes over one array however
many layers there are. Numbers that stay the same are kept as arrays without dimensions on the backend: NumPy
handles those in half the time that a Python float takes.
"""

import math
from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from playground.engine.backends.base import Array, Backend, HostArray, check_dtype
from playground.engine.tables import Parameter


class Optimizer(ABC):
    """Changes a flat parameter vector of `size` numbers, step by step.

    `hyper` gives values for some of the class's `parameters`; the others keep their defaults.

    Raises:
        ValueError: for an unknown or out-of-range hyper-parameter, or a dtype that is not float32/float64.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    help: ClassVar[str]
    formula: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]] = ()

    def __init__(self, backend: Backend, size: int, dtype: str = "float32", **hyper: float) -> None:
        self._backend = backend
        self._dtype = check_dtype(dtype)
        self._scratch: Array = backend.xp.zeros(size, dtype=self._dtype)
        self._slots: dict[str, Array] = {}
        self._rate = math.nan
        self._rate_array: Array = self._constant(0.0)
        self.hyper = self._checked(hyper)

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

    def _constant(self, value: float) -> Array:
        return self._backend.asarray(value, self._dtype)

    def _learning_rate(self, value: float) -> Array:
        """Return the learning rate as an array, made anew only when it has changed."""
        if value != self._rate:
            self._rate, self._rate_array = value, self._constant(value)
        return self._rate_array

    @abstractmethod
    def update(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        """Change `parameters` (P,) in place by one step against `gradients` (P,), which stay as they are."""

    def state(self) -> dict[str, HostArray]:
        """Return host copies of everything that a later `load_state` needs to go on from here."""
        return {name: self._backend.to_host(slot) for name, slot in self._slots.items()}

    def load_state(self, state: dict[str, HostArray]) -> None:
        """Go on from a state that `state()` returned.

        Raises:
            ValueError: when the names or shapes are not those of this optimizer; nothing is changed then.
        """
        expected = {name: array.shape for name, array in self.state().items()}
        if {name: np.shape(array) for name, array in state.items()} != expected:
            raise ValueError(f"this is not the state of {self.key} for {self._scratch.size} parameters")
        for name, slot in self._slots.items():
            slot[...] = self._backend.asarray(state[name], self._dtype)


class SGD(Optimizer):
    """Plain (stochastic) gradient descent."""

    key = "sgd"
    label = "SGD"
    help = "Steps straight downhill on the slope of the current batch."
    formula = "w ← w - η g"

    def update(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        """Apply w -= lr g."""
        scratch = self._scratch
        np.multiply(gradients, self._learning_rate(learning_rate), scratch)
        np.subtract(parameters, scratch, parameters)


class Momentum(Optimizer):
    """Gradient descent with momentum (Polyak 1964), the velocity in units of the parameters."""

    key = "momentum"
    label = "Momentum"
    help = "Rolls downhill like a ball that remembers its speed, which carries it across small bumps."
    formula = "v ← β v - η g,  w ← w + v"
    parameters = (
        Parameter("beta", "Momentum", "How much of its speed the ball keeps at each step.", 0.9, 0.0, 0.999),
    )

    def __init__(self, backend: Backend, size: int, dtype: str = "float32", **hyper: float) -> None:
        super().__init__(backend, size, dtype, **hyper)
        self._beta = self._constant(self.hyper["beta"])
        self._velocity: Array = backend.xp.zeros(size, dtype=self._dtype)
        self._slots = {"velocity": self._velocity}

    def update(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        """Apply v = beta v - lr g; w += v."""
        scratch, velocity = self._scratch, self._velocity
        np.multiply(velocity, self._beta, velocity)
        np.multiply(gradients, self._learning_rate(learning_rate), scratch)
        np.subtract(velocity, scratch, velocity)
        np.add(parameters, velocity, parameters)


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015), algorithm 1, with the reordering that section 2 of the paper gives."""

    key = "adam"
    label = "Adam"
    help = "Gives every weight its own step size, from the size of its recent gradients."
    formula = "m ← β₁ m + (1 - β₁) g,  v ← β₂ v + (1 - β₂) g²,  w ← w - η m̂ / (√v̂ + ε)"
    parameters = (
        Parameter(
            "beta1", "Beta 1", "How long the direction of past gradients is remembered.", 0.9, 0.0, 0.9999
        ),
        Parameter(
            "beta2", "Beta 2", "How long the size of past gradients is remembered.", 0.999, 0.0, 0.99999
        ),
        Parameter(
            "epsilon", "Epsilon", "Keeps the division safe where gradients are almost 0.", 1e-7, 1e-12, 1.0
        ),
    )

    def __init__(self, backend: Backend, size: int, dtype: str = "float32", **hyper: float) -> None:
        super().__init__(backend, size, dtype, **hyper)
        beta1, beta2 = self.hyper["beta1"], self.hyper["beta2"]
        self._beta1, self._one_less_beta1 = self._constant(beta1), self._constant(1.0 - beta1)
        self._beta2, self._one_less_beta2 = self._constant(beta2), self._constant(1.0 - beta2)
        self._first: Array = backend.xp.zeros(size, dtype=self._dtype)
        self._second: Array = backend.xp.zeros(size, dtype=self._dtype)
        self._slots = {"first": self._first, "second": self._second}
        self._step = 0

    def update(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        """Apply one bias-corrected step; the corrections of m and v are folded into rate and epsilon."""
        self._step += 1
        correction = math.sqrt(1.0 - self.hyper["beta2"] ** self._step)
        rate = learning_rate * correction / (1.0 - self.hyper["beta1"] ** self._step)
        scratch, first, second = self._scratch, self._first, self._second
        np.multiply(first, self._beta1, first)
        np.multiply(gradients, self._one_less_beta1, scratch)
        np.add(first, scratch, first)
        np.multiply(second, self._beta2, second)
        np.multiply(gradients, gradients, scratch)
        np.multiply(scratch, self._one_less_beta2, scratch)
        np.add(second, scratch, second)
        np.sqrt(second, scratch)
        np.add(scratch, self.hyper["epsilon"] * correction, scratch)
        np.divide(first, scratch, scratch)
        np.multiply(scratch, rate, scratch)
        np.subtract(parameters, scratch, parameters)

    def state(self) -> dict[str, HostArray]:
        """Return the moments and the number of steps taken."""
        return {**super().state(), "step": np.array(self._step, dtype=np.int64)}

    def load_state(self, state: dict[str, HostArray]) -> None:
        """Go on from a state that `state()` returned; ValueError when it is not one of this optimizer."""
        super().load_state(state)
        self._step = int(state["step"])


OPTIMIZERS: tuple[type[Optimizer], ...] = (SGD, Momentum, Adam)
