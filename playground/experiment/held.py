"""What a person keeps out of the training: frozen layers, links and neurons that are switched off.

All of it is named, not counted, so that it stays with what it belongs to when layers come, go and move: a
layer by its id, a neuron by its layer and place, an input by its feature. What no longer exists is ignored.
"""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

MAX_OFF = 10_000
"""Links, and neurons, that can be switched off."""

LayerId = Annotated[str, Field(min_length=1, max_length=40)]
Place = Annotated[int, Field(ge=0, le=100_000)]
ValueName = tuple[str, int | str]
"""What a value is called: (layer, unit), or ("input", feature)."""

INPUT = "input"
"""What stands in place of a layer in the name of an input."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def replace(self, **changes: Any) -> Self:
        """Return a validated copy with `changes`."""
        return type(self).model_validate({**dict(self), **changes})


class Link(_Record):
    """A weight, named by what it connects: to a unit of a layer, from the value called `source`."""

    layer: LayerId
    unit: Place
    source: ValueName


class Neuron(_Record):
    """A neuron of a hidden layer."""

    layer: LayerId
    unit: Place


class Held(_Record):
    """What no step changes.

    The numbers of a `frozen` layer stay as they are. A link that is off has the weight 0 and keeps it. A
    neuron that is off has all links off that lead on from it, and what leads to it stays as it is.
    """

    frozen: tuple[LayerId, ...] = ()
    links: tuple[Link, ...] = Field((), max_length=MAX_OFF)
    neurons: tuple[Neuron, ...] = Field((), max_length=MAX_OFF)

    @property
    def is_empty(self) -> bool:
        """Whether everything learns."""
        return not (self.frozen or self.links or self.neurons)

    def without_layer(self, layer: str) -> "Held":
        """Return it without all that names a layer, whose id may come back with another one."""
        links = tuple(one for one in self.links if layer not in (one.layer, one.source[0]))
        neurons = tuple(one for one in self.neurons if one.layer != layer)
        found = Held(frozen=tuple(one for one in self.frozen if one != layer), links=links, neurons=neurons)
        return self if found == self else found


NOTHING = Held()
"""Everything learns."""


def changed_in_words(old: Held, new: Held) -> str:
    """Return what was held or let go, in a few words; empty when nothing was."""
    for before, after, gone, come in (
        (old.frozen, new.frozen, "layer unfrozen", "layer frozen"),
        (old.neurons, new.neurons, "neuron on", "neuron off"),
        (old.links, new.links, "link on", "link off"),
    ):
        if before != after:
            return come if len(after) > len(before) else gone
    return ""
