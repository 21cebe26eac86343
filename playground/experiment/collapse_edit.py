"""The edit that puts one Dense layer in the place of a stack of linear ones."""

from playground.engine.collapse import Stack, stacks
from playground.experiment.flow import SkipFault, skip_faults
from playground.experiment.held import Held
from playground.experiment.model import OUTPUT_ID, Experiment
from playground.experiment.plan import layer_shapes
from playground.experiment.refused import EditRefused, edit
from playground.experiment.skips import sentence, with_same_beginnings
from playground.experiment.words import layer_names


@edit
def collapse(experiment: Experiment, first: str, last: str) -> Experiment:
    """Take out all layers of a stack but its last, which then does what they did together.

    `first` and `last` are the ids of the stack's first and last layer. Its weights are to be those of
    `engine.collapse.collapsed`.
    """
    stack = _stack(experiment, first, last)
    _refuse_skips_out_of(experiment, stack)
    layers = experiment.layers
    gone = layers[stack.first : stack.last]
    changed = with_same_beginnings(experiment, (*layers[: stack.first], *layers[stack.last :]))
    held = experiment.held
    for layer in gone:
        held = held.without_layer(layer.id)
    changed = changed.replace(held=_all_links_on(held, last))
    for fault in skip_faults(changed):
        raise EditRefused(_no_room(changed, fault))
    return changed


def _stack(experiment: Experiment, first: str, last: str) -> Stack:
    """Return the stack between two layers; refuse where they are none any more."""
    ids = [*(layer.id for layer in experiment.layers), OUTPUT_ID]
    for stack in stacks(layer_shapes(experiment)):
        if (ids[stack.first], ids[stack.last]) == (first, last):
            return stack
    raise EditRefused("These layers are no stack of linear layers any more.")


def _refuse_skips_out_of(experiment: Experiment, stack: Stack) -> None:
    names = layer_names(experiment.layers)
    for place, shape in enumerate(layer_shapes(experiment)):
        if shape.kind == "skip" and place > stack.last and stack.first < shape.source <= stack.last:
            raise EditRefused(
                f"{names[place]} adds values from within these layers: remove {names[place]} first."
            )


def _all_links_on(held: Held, layer: str) -> Held:
    """Return it without links to a layer: what they weigh is in the new matrix."""
    links = tuple(one for one in held.links if one.layer != layer)
    return held if links == held.links else held.replace(links=links)


def _no_room(experiment: Experiment, fault: SkipFault) -> str:
    return f"With one layer in their place, this would be so: {sentence(experiment, fault)}"
