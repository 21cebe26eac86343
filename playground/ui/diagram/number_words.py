"""What a weight or a bias is called: in words, and as the lecture writes it, w_ij from j to i."""

from playground.experiment.model import INPUTS_ID, OUTPUT_ID, Dense, Experiment
from playground.experiment.plan import feature_labels, output_units
from playground.training.numbers import NumberRef
from playground.ui.diagram.outline import layer_name

SUBSCRIPTS = str.maketrans("0123456789,", "₀₁₂₃₄₅₆₇₈₉,")
NORM_SIGNS = ("γ", "μ", "σ²")
BIAS, SHIFT = "b", "β"
MEANINGS = {
    "b": "the bias, what z has whatever the inputs are",
    "γ": "the scale that is learnt",
    "β": "the shift that is learnt",
    "μ": "the running mean, which follows the batches by itself",
    "σ²": "the running variance, which follows the batches by itself",
}


def layer_before(experiment: Experiment, layer_id: str) -> str:
    """Return the layer whose values go into another one."""
    ids = [INPUTS_ID, *(layer.id for layer in experiment.layers), OUTPUT_ID]
    return ids[ids.index(layer_id) - 1]


def is_dense(experiment: Experiment, layer_id: str) -> bool:
    """Return whether a layer has a matrix of weights."""
    return layer_id == OUTPUT_ID or isinstance(experiment.layer(layer_id), Dense)


def value_name(experiment: Experiment, layer_id: str, index: int) -> str:
    """Return what a value is called within a sentence: "x1", "neuron 2 of Dense 1", "the output"."""
    if layer_id == INPUTS_ID:
        return feature_labels(experiment)[index]
    if layer_id == OUTPUT_ID:
        return "the output" if output_units(experiment) == 1 else f"output {index + 1}"
    what = "neuron" if is_dense(experiment, layer_id) else "value"
    return f"{what} {index + 1} of {layer_name(experiment, layer_id)}"


def sign(experiment: Experiment, ref: NumberRef) -> str:
    """Return the letter of a number: w or b, of a norm γ, μ, σ² or β."""
    if is_dense(experiment, ref.layer):
        return BIAS if ref.source is None else "w"
    return SHIFT if ref.source is None else NORM_SIGNS[ref.source]


def title(experiment: Experiment, ref: NumberRef) -> str:
    """Return which number it is: "w from x1 to neuron 2 of Dense 1", "b of the output"."""
    target, letter = value_name(experiment, ref.layer, ref.unit), sign(experiment, ref)
    if ref.source is None or not is_dense(experiment, ref.layer):
        return f"{letter} of {target}"
    source = value_name(experiment, layer_before(experiment, ref.layer), ref.source)
    return f"{letter} from {source} to {target}"


def symbol(experiment: Experiment, ref: NumberRef) -> str:
    """Return a number as a formula has it, counted from 1: w₂₁ leads to 2 from 1."""
    letter, unit = sign(experiment, ref), str(ref.unit + 1)
    if ref.source is None or not is_dense(experiment, ref.layer):
        return f"{letter}{unit.translate(SUBSCRIPTS)}"
    source = str(ref.source + 1)
    comma = "," if len(unit) > 1 or len(source) > 1 else ""
    return f"{letter}{f'{unit}{comma}{source}'.translate(SUBSCRIPTS)}"


def notation(experiment: Experiment, ref: NumberRef) -> str:
    """Return what a number is in the layer's formula, as a sentence."""
    mark, unit = symbol(experiment, ref), str(ref.unit + 1).translate(SUBSCRIPTS)
    if not is_dense(experiment, ref.layer):
        return f"{mark} in a{unit} = γ{unit} (x{unit} − μ{unit}) / √(σ²{unit} + ε) + β{unit}."
    if ref.source is None:
        return f"{mark} is what z{unit} has whatever the inputs are: z = Wx + b."
    j, i = ref.source + 1, ref.unit + 1
    letter = "x" if layer_before(experiment, ref.layer) == INPUTS_ID else "a"
    term = f"{mark} {letter}{str(j).translate(SUBSCRIPTS)}"
    return f"{mark}, from j = {j} to i = {i}: z{unit} = … + {term} + …"
