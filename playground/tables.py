"""Tables of what can be chosen: ordered tuples of records that are looked up by their key.

The order of a table is the order of its menu. A record is anything with a `key`: a frozen dataclass, or a
class whose `key` is a class variable (the optimizers).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar


class Keyed(Protocol):
    """Anything that a table can hold."""

    @property
    def key(self) -> str:
        """Name used in files and on the command line; never changes once published."""
        ...


T = TypeVar("T", bound=Keyed)


class UnknownChoiceError(ValueError):
    """A key that its table does not have; the message names the key and the allowed ones."""

    def __init__(self, key: str, what: str, allowed: Sequence[str]) -> None:
        super().__init__(f"unknown {what} {key!r}; allowed: {', '.join(allowed)}")
        self.key = key
        self.what = what
        self.allowed = tuple(allowed)

    def __reduce__(self) -> tuple[type["UnknownChoiceError"], tuple[str, str, tuple[str, ...]]]:
        """Survive the way back from another process, where the message alone would not rebuild it."""
        return type(self), (self.key, self.what, self.allowed)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that belongs to a choice (the momentum of an optimizer) and the range it may have.

    `step` is how far a slider goes at a time, 0 for what has none; with `stepped` there is nothing between.
    """

    key: str
    label: str
    help: str
    default: float
    minimum: float
    maximum: float
    step: float = 0.0
    stepped: bool = False

    def check(self, value: float) -> None:
        """Raise ValueError that says what is allowed, unless `value` is."""
        if not self.minimum <= value <= self.maximum:
            raise ValueError(f"{self.label} must be between {self.minimum:g} and {self.maximum:g}")
        if self.stepped and not ((value - self.minimum) / self.step).is_integer():
            first, second = self.minimum, self.minimum + self.step
            raise ValueError(f"{self.label} must be one of {first:g}, {second:g}, … {self.maximum:g}")


def check_parameters(owner: str, known: Sequence[Parameter], values: Mapping[str, float]) -> None:
    """Raise ValueError unless `values` are parameters that `owner` has, within their ranges."""
    specs = {parameter.key: parameter for parameter in known}
    for key, value in values.items():
        if key not in specs:
            allowed = ", ".join(specs) or "none"
            raise ValueError(f"{owner} has no parameter {key!r}; it has: {allowed}")
        specs[key].check(value)


def by_key(table: Sequence[T], key: str, what: str) -> T:
    """Return the record of `table` called `key`.

    `what` says in the message what was being chosen ("activation").

    Raises:
        UnknownChoiceError: when the table has no such key.
    """
    for record in table:
        if record.key == key:
            return record
    raise UnknownChoiceError(key, what, [record.key for record in table])
