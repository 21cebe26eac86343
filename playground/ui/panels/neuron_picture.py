"""The picture of one neuron, or of one input, from what a run has last shown."""

from playground.experiment.model import INPUTS_ID, OUTPUT_ID
from playground.experiment.prepare import Prepared
from playground.training.messages import FloatArray, Snapshot
from playground.ui.selection import NeuronRef


def neuron_picture(ref: NeuronRef, prepared: Prepared, snapshot: Snapshot | None) -> FloatArray | None:
    """Return what a neuron answers on the run's probe; None when the run does not have it."""
    if ref.layer == INPUTS_ID:
        inputs = prepared.probe.inputs
        return inputs[ref.index] if ref.index < len(inputs) else None
    if snapshot is None or ref.layer not in prepared.plan.layer_ids:
        return None
    picture = snapshot.picture
    if ref.layer == OUTPUT_ID:
        # In the units of the data, as the plain output is.
        return picture.output[ref.index] if ref.index < len(picture.output) else None
    layer = picture.layers[prepared.plan.layer_ids.index(ref.layer)]
    return layer[ref.index] if ref.index < len(layer) else None
