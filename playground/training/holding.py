"""What does not learn in a session: which parameters, and what the links weighed that are switched off."""

import numpy as np
import numpy.typing as npt

from playground.engine.backends.base import HostArray
from playground.engine.network import Network
from playground.engine.trainer import Trainer
from playground.experiment.held import Held
from playground.experiment.plan import Plan
from playground.training.carry import unit_names

Mask = npt.NDArray[np.bool_]


class Holding:
    """Keeps a trainer from changing what `held` names, and links that are off at 0.

    Attributes:
        held: what is held now.
        asleep: (P,), the weights of the links that are off, as they were when they were switched off, and 0
            elsewhere; None while all are on.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.held = plan.held
        self.asleep: HostArray | None = None
        self._off, self._still = masks(plan, plan.held)

    def put_on(self, trainer: Trainer) -> None:
        """Let a trainer hold what is held from its next step on."""
        trainer.hold(self._still)

    def fall_asleep(self, network: Network) -> None:
        """Switch off in a network, all of whose links are on, those that are off."""
        self.asleep = None
        self._take_from(network)

    def resume(self, held: Held, asleep: HostArray | None, network: Network) -> None:
        """Go on with a network in which `held` was held and these weights slept."""
        wanted, self.held = self.held, held
        self._off, self._still = masks(self._plan, held)
        self.asleep = asleep
        self._take_from(network)
        self.change(wanted, network)

    def change(self, held: Held, network: Network) -> bool:
        """Hold something else in a network; return whether a link was switched off or on."""
        before, self.held = self._off, held
        self._off, self._still = masks(self._plan, held)
        if np.array_equal(before, self._off):
            return False
        back = before & ~self._off
        if self.asleep is not None and back.any():
            parameters = network.get_parameters()
            parameters[back] = self.asleep[back]
            network.set_parameters(parameters)
            self.asleep = np.where(back, 0, self.asleep)
        self._take_from(network)
        return True

    def _take_from(self, network: Network) -> None:
        """Remember the weights of the links that are to be off and are not yet, and make them 0."""
        if not self._off.any():
            self.asleep = None
            return
        parameters = network.get_parameters()
        awake = self._off & (parameters != 0)
        asleep = np.zeros_like(parameters) if self.asleep is None else self.asleep
        self.asleep = np.where(awake, parameters, asleep)
        self.asleep.flags.writeable = False
        if awake.any():
            parameters[awake] = 0
            network.set_parameters(parameters)

    def is_off(self, place: int) -> bool:
        """Return whether the parameter at a place is a link that is off."""
        return bool(self._off[place])

    def awake(self, parameters: HostArray) -> HostArray:
        """Return parameters (P,) as they would be with all links on."""
        return parameters if self.asleep is None else np.where(self._off, self.asleep, parameters)


def masks(plan: Plan, held: Held) -> tuple[Mask, Mask]:
    """Return which parameters (P,) are links that are off, and which no step may change."""
    size = sum(shape.size for shape in plan.shapes)
    off, still = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    if held.is_empty:
        return off, still
    neurons = {(one.layer, one.unit) for one in held.neurons}
    start = 0
    for layer, shape, names in zip(plan.layer_ids, plan.shapes, unit_names(plan), strict=False):
        part = slice(start, start + shape.size)
        start += shape.size
        if layer in held.frozen:
            still[part] = True
        if shape.kind != "dense":
            continue
        place = (shape.units, shape.columns)
        block, waiting = off[part].reshape(place), still[part].reshape(place)
        columns = {name: column for column, name in enumerate(names, 1)}
        for link in held.links:
            if link.layer == layer and link.unit < shape.units and link.source in columns:
                block[link.unit, columns[link.source]] = True
        for neuron in neurons:
            if neuron in columns:
                block[:, columns[neuron]] = True
            if neuron[0] == layer and neuron[1] < shape.units:
                waiting[neuron[1]] = True
    return off, still | off
