"""The edits of the data: which rows, which features, how they are scaled and shared out."""

from typing import Any

from playground.data import (
    DATASETS,
    EXPRESSION,
    OWN,
    Dataset,
    Table,
    dataset_of,
    dataset_of_expression,
    own_feature,
)
from playground.data.expression import CLASSES_EXAMPLE, NUMBER_EXAMPLE
from playground.data.formula import FormulaError
from playground.data.linked import LINKED
from playground.experiment.model import MAX_FORMULAS, RANDOM_SPLIT, DataSettings, Experiment, room_beside
from playground.experiment.refused import EditRefused, edit
from playground.experiment.rule import unlinked
from playground.experiment.skips import with_tied_inputs
from playground.experiment.usual import class_count, usual_scaling, with_usual_output
from playground.tables import by_key

DRAWN = ("samples", "jitter", "flipped", "target_noise", "balance", "parameters")
"""What makes rows of generated data, and no link can say."""
OURS = (*DRAWN, "validation_fraction")
"""What no link can say of rows."""


@edit
def toggle_feature(experiment: Experiment, key: str) -> Experiment:
    """Switch an input feature on or off; the features keep the order of their table."""
    known = [feature.key for feature in experiment.data.known_features]
    chosen = set(experiment.data.features) ^ {key}
    if not chosen:
        raise EditRefused("At least one input feature is needed: switch another one on first.")
    features = tuple(feature for feature in known if feature in chosen)
    if key not in known:
        raise EditRefused(f"{key!r} is not a feature of this data set; there are: {', '.join(known)}.")
    return with_tied_inputs(experiment.replace(data=experiment.data.replace(features=features)))


@edit
def add_formula(experiment: Experiment, text: str) -> Experiment:
    """Add a feature of the person's own, written as a formula over the columns, and switch it on."""
    data = experiment.data
    if any(text in (feature.key, feature.symbol) for feature in data.known_features):
        raise EditRefused(f"There is a feature {text} already.")
    if len(data.formulas) >= MAX_FORMULAS:
        raise EditRefused(f"There are already {MAX_FORMULAS} features of your own, the most there can be.")
    try:
        own_feature(text, data.source.inputs)
    except FormulaError as error:
        raise EditRefused(str(error)) from error
    changed = data.replace(formulas=(*data.formulas, text), features=(*data.features, text))
    return with_tied_inputs(experiment.replace(data=changed))


@edit
def remove_formula(experiment: Experiment, text: str) -> Experiment:
    """Take a feature of the person's own away."""
    data = experiment.data
    if text not in data.formulas:
        raise EditRefused(f"There is no feature {text} of your own.")
    features = tuple(key for key in data.features if key != text)
    if not features:
        raise EditRefused("At least one input feature is needed: switch another one on first.")
    changed = data.replace(formulas=tuple(one for one in data.formulas if one != text), features=features)
    return with_tied_inputs(experiment.replace(data=changed))


@edit
def set_dataset(experiment: Experiment, key: str) -> Experiment:
    """Choose another data set; features, output and loss follow where they no longer fit.

    What the experiment was called is no longer true, so it gets the name of the data.
    """
    if key == experiment.data.dataset:
        return experiment
    if key == EXPRESSION:
        return set_expression(experiment, experiment.data.expression or _example(experiment))
    if key != OWN:
        return _with_source(experiment, by_key(DATASETS, key, "data set"))
    if experiment.data.table is None:
        raise EditRefused("There are no rows of your own yet: import a file first.")
    return _with_source(experiment, dataset_of(experiment.data.table))


@edit
def set_expression(experiment: Experiment, text: str) -> Experiment:
    """Use data made by a formula of x1 and x2, or of x."""
    try:
        source = dataset_of_expression(text)
    except FormulaError as error:
        raise EditRefused(str(error)) from error
    return _with_source(experiment, source, expression=text)


def _example(experiment: Experiment) -> str:
    """Return a formula to begin with, for the same task."""
    return NUMBER_EXAMPLE if experiment.data.source.task == "regression" else CLASSES_EXAMPLE


@edit
def set_table(experiment: Experiment, table: Table) -> Experiment:
    """Use rows of the person's own; features, output and loss follow where they no longer fit."""
    return _with_source(experiment, dataset_of(table), table=table)


@edit
def paint(experiment: Experiment, table: Table) -> Experiment:
    """Use painted points; what the experiment is called stays while the same painting goes on."""
    data = experiment.data
    if data.source.kind != "plane":
        return set_table(experiment, table)
    if data.dataset != OWN:
        # Measured on the rows that are taken along, the scaling is right for them still.
        changed = set_table(experiment, table)
        kept = changed.data.replace(scaling=data.scaling, target_scaling=data.target_scaling)
        return changed.replace(data=kept)
    changed = experiment.replace(data=data.replace(table=table))
    return changed if class_count(changed) == class_count(experiment) else with_usual_output(changed)


def _with_source(experiment: Experiment, new: Dataset, **own: Table | str) -> Experiment:
    """Return the experiment on the rows of `new`, keeping what fits; `own` is what these are made of."""
    if new.key not in [linked.key for linked in LINKED]:
        experiment = unlinked(experiment)
    data, old = experiment.data, experiment.data.source
    same_inputs = new.inputs == old.inputs and new.kind == old.kind
    same_sizes = same_inputs and usual_scaling(new) == usual_scaling(old)
    fields: dict[str, Any] = {
        "dataset": new.key,
        **own,
        "classes": data.classes if new.classes_adjustable else 2,
        "parameters": data.parameters if new.key == old.key else {},
        "split": next((split.key for split in new.splits), RANDOM_SPLIT),
        "formulas": data.formulas if same_inputs else (),
        "features": data.features if same_inputs else new.inputs,
        "scaling": data.scaling if same_sizes else usual_scaling(new),
        "target_scaling": data.target_scaling if same_sizes else "as_inputs",
    }
    if new.classes_adjustable and not old.classes_adjustable:
        fields["classes"] = new.classes
    if not new.fixed_samples and (data.samples == old.default_samples or old.fixed_samples):
        fields["samples"] = new.default_samples
    changed = with_tied_inputs(experiment.replace(name=new.label, about="", data=data.replace(**fields)))
    same_answer = class_count(changed) == class_count(experiment)
    return changed if same_answer else with_usual_output(changed)


def _with_room_for_test(data: DataSettings, fields: dict[str, Any]) -> dict[str, Any]:
    """Return `fields` with the other share made smaller where one of them leaves too little for the test."""
    shares = {"train_fraction": "validation_fraction", "validation_fraction": "train_fraction"}
    asked = [(share, other) for share, other in shares.items() if share in fields and other not in fields]
    room = {other: room_beside(fields[share]) for share, other in asked}
    return {**fields, **{other: most for other, most in room.items() if most < getattr(data, other)}}


@edit
def set_data(experiment: Experiment, **fields: Any) -> Experiment:
    """Change settings of the data: samples, noise, classes, split, its shares, seeds, scalings, ...

    Another seed or split, or what no link can say of rows, draws rows of our own, where they were those of a
    link. A larger share of training or validation takes from the other where too little is left for the test.
    """
    dataset, data = experiment.data.source, experiment.data
    if dataset.fixed_samples and {"noise", *DRAWN} & set(fields):
        raise EditRefused(f"{dataset.label} holds fixed rows: they are what they are.")
    if fields.get("split", RANDOM_SPLIT) not in (RANDOM_SPLIT, *(split.key for split in dataset.splits)):
        raise EditRefused(f"{dataset.label} does not come with such a split.")
    seeds = {"seed", "split_seed"} & set(fields)
    if seeds or any(fields.get(name, getattr(data, name)) != getattr(data, name) for name in OURS):
        experiment = unlinked(experiment)
    changed = experiment.replace(data=experiment.data.replace(**_with_room_for_test(data, fields)))
    return changed if class_count(changed) == class_count(experiment) else with_usual_output(changed)


@edit
def set_shape(experiment: Experiment, key: str, value: float) -> Experiment:
    """Set a parameter of the shape that the data set has: the turns of the spiral."""
    data = experiment.data
    defaults = {spec.key: spec.default for spec in data.source.parameters}
    changed = {**data.parameters, key: value}
    return set_data(
        experiment, parameters={name: one for name, one in changed.items() if one != defaults.get(name)}
    )
